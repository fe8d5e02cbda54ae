import { pythonEnvironment, type PythonEnvironment } from "../python.ts";

/** pyicat_plus, and what its own mock service needs beside it: a broker and a STOMP client of Python. */
export function icatEnvironment(): Promise<PythonEnvironment> {
  return pythonEnvironment(["pyicat_plus==3.1.0", "icat_plus_client==5.7.4", "coilmq==1.1.0", "stomp.py==9.0.0", "psutil", "pytest"]);
}
