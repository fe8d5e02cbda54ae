import { createOms } from "@sci/oms";

/** One call, as a page would make it. */
export async function run(baseUrl, number) {
  return createOms({ baseUrl }).run(number);
}
