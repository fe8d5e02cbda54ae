/** Why a value does not fit its field: a word for programs, and words for people that follow the name of the field. */
export class Invalid {
  constructor(
    readonly kind: string,
    readonly reason: string,
  ) {}
}

/** A list that was taken and cannot be written after all: then the original writes the whole dataset as plain text. */
export class Unwritable extends Invalid {}
