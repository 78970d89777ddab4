/**
 * Goes on with a value: at once when it is here, later when it is promised. What is answered from memory is answered in the event that asked:
 * a turn of the microtask queue for each message costs more than the message.
 */
export function whenDone<T, R>(value: T | Promise<T>, goOn: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
