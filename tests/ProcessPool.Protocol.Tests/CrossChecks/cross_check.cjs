// Reads MessagePack values and describes each in a line, or writes the values that lines describe; see Description.cs.
const fs = require("node:fs");
const {
  decodeMulti, Encoder, ExtData, ExtensionCodec, decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp,
} = require("@msgpack/msgpack");

// Dates have milliseconds only; the pair of seconds and nanoseconds loses nothing.
class Time {
  constructor(sec, nsec) {
    this.sec = sec;
    this.nsec = nsec;
  }
}

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: -1,
  encode: (value) => (value instanceof Time ? encodeTimeSpecToTimestamp(value) : null),
  decode: (data) => {
    const { sec, nsec } = decodeTimestampToTimeSpec(data);
    return new Time(sec, nsec);
  },
});

const hex = (bytes) => Buffer.from(bytes).toString("hex");

function describe(value) {
  if (Array.isArray(value)) return "[" + value.map(describe).join("") + "]";
  if (value !== null && typeof value === "object" && value.constructor === Object) {
    return "{" + Object.entries(value).map(([key, item]) => describe(key) + describe(item)).join("") + "}";
  }
  return describeScalar(value) + ";";
}

function describeScalar(value) {
  if (value === null) return "n";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "bigint") return "i" + value;
  if (typeof value === "string") return "s" + hex(Buffer.from(value, "utf8"));
  if (typeof value === "number") {
    // A number is all that JavaScript knows: integers and floats without a fraction are the same.
    if (Number.isInteger(value)) return "i" + BigInt(value);
    if (Number.isNaN(value)) return "dnan";
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(value);
    return "d" + hex(bits);
  }
  if (value instanceof Uint8Array) return "b" + hex(value);
  if (value instanceof Time) return `T${value.sec}.${value.nsec}`;
  return `x${value.type}:${hex(value.data)}`;
}

// One value from a description; each scalar ends with ';'.
function parse(text, state) {
  const kind = text[state.at++];
  if (kind === "[" || kind === "{") {
    const items = [];
    while (text[state.at] !== (kind === "[" ? "]" : "}")) items.push(parse(text, state));
    state.at++;
    if (kind === "[") return items;
    const map = {};
    for (let i = 0; i < items.length; i += 2) map[items[i]] = items[i + 1];
    return map;
  }
  const end = text.indexOf(";", state.at);
  const rest = text.slice(state.at, end);
  state.at = end + 1;
  switch (kind) {
    case "n": return null;
    case "t": return true;
    case "f": return false;
    case "i": return Number.isSafeInteger(Number(rest)) ? Number(rest) : BigInt(rest);
    case "d": return rest === "nan" ? NaN : Buffer.from(rest, "hex").readDoubleBE();
    case "s": return Buffer.from(rest, "hex").toString("utf8");
    case "b": return new Uint8Array(Buffer.from(rest, "hex"));
    case "T": return new Time(...rest.split(".").map(Number));
    default: {
      const [type, data] = rest.split(":");
      return new ExtData(Number(type), new Uint8Array(Buffer.from(data, "hex")));
    }
  }
}

const [mode, source, target] = process.argv.slice(2);
if (mode === "read") {
  const lines = [];
  for (const value of decodeMulti(fs.readFileSync(source), { extensionCodec, useBigInt64: true })) lines.push(describe(value) + "\n");
  fs.writeFileSync(target, lines.join(""));
} else {
  const encoder = new Encoder({ extensionCodec, useBigInt64: true, maxDepth: 10_000 });
  const parts = [];
  for (const line of fs.readFileSync(source, "latin1").split("\n")) {
    if (line !== "") parts.push(encoder.encode(parse(line, { at: 0 })));
  }
  fs.writeFileSync(target, Buffer.concat(parts));
}
