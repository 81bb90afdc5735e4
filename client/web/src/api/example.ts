// The model of client/examples/digits, which comes with this program for who has none at hand.
import url from '../../../examples/digits/digits_int8.tflite?url';

export const EXAMPLE_NAME = 'digits_int8.tflite';

export async function exampleModel(): Promise<File> {
  return new File([await (await fetch(url)).blob()], EXAMPLE_NAME);
}
