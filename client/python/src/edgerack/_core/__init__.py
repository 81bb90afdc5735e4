"""What both clients do, written once.

Everything here is `async def` and awaits nothing but its transport. `blocking.py` is a transport
that never really waits on a loop, so that `blocking.finish` runs the same coroutines without one;
`asynchronous.py` is grpc.aio.
"""
