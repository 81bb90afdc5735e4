// Requests to the server that this page came from. Validators (ETag) are the browser's business: an answer
// that did not change costs a few bytes.
import { ApiError } from './error';

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export function url(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const pairs = given.flatMap(([key, value]) => [value].flat().map((one) => `${key}=${encodeURIComponent(String(one))}`));
  const text = pairs.join('&');
  return text ? `${path}?${text}` : path;
}

async function request(target: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(target, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw ApiError.unreachable();
  }
  if (!response.ok) throw await ApiError.of(response);
  return response;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await request(url(path, query), { signal })).json() as Promise<T>;
}

export async function post<T>(path: string, body: unknown, query: Query = {}): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return (await request(url(path, query), init)).json() as Promise<T>;
}

// A file as the request's body. `progress` is called with 0..1 while it goes out, which fetch cannot tell.
export function upload<T>(
  path: string,
  displayName: string,
  file: Blob,
  progress: (share: number) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url(path, { display_name: displayName }));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(ApiError.unreachable());
    request.onload = async () => {
      const answer = new Response(request.responseText, { status: request.status });
      if (answer.ok) resolve((await answer.json()) as T);
      else reject(await ApiError.of(answer));
    };
    request.send(file);
  });
}
