import { type Document, type Investigation } from "../catalogue/types.ts";
import { firstInvestigation } from "./investigations.ts";

// One shipment with one parcel and one address for each seeded investigation: their ids count from 1, as the investigations do.
const investigationId = (id: number): number => firstInvestigation + id - 1;

export function seededShipment(id: number, investigationOf: (id: number) => Investigation): Document {
  const { name } = investigationOf(investigationId(id));
  return { id, investigationId: investigationId(id), value: { name: `Shipment of ${name}`, investigationName: name, parcels: [id] } };
}

export function seededParcel(id: number, investigationOf: (id: number) => Investigation): Document {
  const { name, startDate } = investigationOf(investigationId(id));
  return {
    id,
    investigationId: investigationId(id),
    value: {
      shipmentId: id,
      name: `Box ${id}`,
      investigationName: name,
      storageConditions: "Ambient temperature",
      containsDangerousGoods: false,
      isReimbursed: false,
      status: "SENT",
      statuses: [
        { status: "CREATED", createdBy: "sandbox-user", createdAt: startDate, updatedAt: startDate },
        { status: "SENT", createdBy: "sandbox-user", createdAt: startDate, updatedAt: startDate },
      ],
      items: [
        { id: `${id}-1`, name: "Sample A", type: "OTHER", description: "a vial" },
        { id: `${id}-2`, name: "Sample B", type: "OTHER", description: "another vial" },
      ],
      createdAt: startDate,
      updatedAt: startDate,
    },
  };
}

export function seededAddress(id: number): Document {
  return {
    id,
    investigationId: investigationId(id),
    value: {
      name: "Sam",
      surname: "Sandbox",
      companyName: "Example Institute",
      address: "1 Example Street",
      city: "Grenoble",
      postalCode: "38000",
      country: "France",
      email: "sandbox-user@example.org",
      phoneNumber: "+33 0 00 00 00 00",
    },
  };
}
