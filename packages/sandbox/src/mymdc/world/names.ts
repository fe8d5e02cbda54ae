import type { Stored } from "../fields.ts";

/** Identifiers of the documented instruments in the order of their numbers. Documented: SPB and FXE; the others follow their names. */
export const identifiers = ["SPB", "FXE", "SQS", "SCS", "MID", "HED", "HSDTS", "SASE1_TS", "SASE2_TS", "SASE3_TS"] as const;

function repository(id: number, identifier: string, name: string, mountPoint: string): Stored {
  return {
    id,
    name,
    identifier,
    img_url: "",
    mount_point: mountPoint,
    transfer_agent_identifier: identifier.toLowerCase(),
    transfer_agent_server_url: `https://${identifier.toLowerCase().replaceAll("_", "-")}.example.org:1094`,
    flg_context: "Local",
    flg_available: true,
    description: "",
  };
}

export const testRepository = repository(-1, "XFEL_TESTS_REPO", "XFEL Tests Repository", "/webstorage/XFEL");

/** Where data are: raw and processed ones offline, raw ones of SASE 1 online, and on tape. */
export const repositories = [
  repository(11, "XFEL_GPFS_OFFLINE_RAW_CC", "Offline raw data", "/gpfs/exfel/d/raw"),
  repository(12, "XFEL_GPFS_OFFLINE_PROC_CC", "Offline processed data", "/gpfs/exfel/d/proc"),
  repository(13, "XFEL_DCACHE_TAPE", "Archive on tape", "/pnfs/xfel.eu/exfel/archive"),
  repository(103, "XFEL_GPFS_ONLINE_SASE_1", "Online data of SASE 1", "/gpfs/exfel/u/raw"),
];
