export interface Failure<T> {
  item: T
  error: unknown
}

/**
 * Does the same for many, a few at a time; failures are listed, the rest succeeds.
 * @param progress receives how many are done, including failures
 */
export async function many<T>(
  items: T[],
  act: (item: T) => Promise<unknown>,
  progress: (done: number) => void = () => {},
  atOnce = 4,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = []
  let next = 0
  let done = 0
  async function worker(): Promise<void> {
    while (next < items.length) {
      const item = items[next++]!
      try {
        await act(item)
      } catch (error) {
        failures.push({ item, error })
      }
      progress(++done)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return failures
}
