/** Something in the query is wrong: answered with 400 and the parameter that it stands in. */
export class BadRequest extends Error {
  readonly parameter: string | undefined;
  constructor(message: string, parameter?: string) {
    super(message);
    this.parameter = parameter;
  }
}
