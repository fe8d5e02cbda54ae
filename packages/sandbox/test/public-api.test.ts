import { expect, expectTypeOf, test } from "vitest";
import * as api from "@sci/sandbox";
import type { CernControl, Fault, FaultKind, ReceivedRequest, RunRegistryControl, Sandbox, SandboxOptions } from "@sci/sandbox";

test("the names of the package", () => {
  expect(Object.keys(api).sort()).toEqual(["SandboxError", "certificationLogic", "facilityNames", "faultKinds", "startSandbox"]);
  expect(api.facilityNames).toEqual(["cern", "runregistry", "oms", "mymdc", "icat-plus", "ctadata"]);
  expect(api.faultKinds).toHaveLength(16);
});

test("their types", () => {
  expectTypeOf(api.startSandbox).parameters.toEqualTypeOf<[options?: SandboxOptions]>();
  expectTypeOf(api.startSandbox).returns.resolves.toEqualTypeOf<Sandbox>();
  expectTypeOf<Sandbox["setFaults"]>().parameters.toEqualTypeOf<[faults: readonly (Fault | string)[]]>();
  expectTypeOf<Sandbox["requests"]>().toEqualTypeOf<readonly ReceivedRequest[]>();
  expectTypeOf<Sandbox["cern"]>().toEqualTypeOf<CernControl>();
  expectTypeOf<Sandbox["runregistry"]>().toEqualTypeOf<RunRegistryControl>();
  expectTypeOf<Fault["kind"]>().toEqualTypeOf<FaultKind>();
  expectTypeOf<"latency">().toExtend<FaultKind>();
});
