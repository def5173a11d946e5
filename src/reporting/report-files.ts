/** Names of the files attached to every report. */
export const RECORD_FILE = "inspection-record.json";
export const RECORD_SIGNATURE_FILE = "inspection-record.jws";
