import { Builder, type Offset } from 'flatbuffers';

/**
 * Describes a flatbuffer as an expression. A reference is something that lies on its own in the buffer (table, vector, string); a
 * value is what a slot holds. Whatever a table refers to is built before the table starts, as the format demands.
 */
export type Reference = (builder: Builder) => Offset;

/** Builds what the slot refers to, and returns how to fill the slot. */
export type Value = (builder: Builder) => (slot: number) => void;

/** @param slots by field id; undefined leaves a field out */
export function table(slots: readonly (Value | undefined)[]): Reference {
  return (builder) => {
    const fill = slots.map((value) => value?.(builder));
    builder.startObject(slots.length);
    fill.forEach((put, slot) => put?.(slot));
    return builder.endObject();
  };
}

export function vector(items: readonly Reference[]): Reference {
  return (builder) => {
    const offsets = items.map((item) => item(builder));
    builder.startVector(4, offsets.length, 4);
    for (const offset of offsets.reverse()) builder.addOffset(offset);
    return builder.endVector();
  };
}

export function byteVector(bytes: Uint8Array): Reference {
  return (builder) => {
    builder.startVector(1, bytes.length, 1);
    for (let index = bytes.length - 1; index >= 0; index--) builder.addInt8(bytes[index] ?? 0);
    return builder.endVector();
  };
}

/** @param text as text, or as bytes that need not be UTF-8 */
export function text(text: string | Uint8Array): Reference {
  return (builder) => builder.createString(text);
}

export function reference(target: Reference): Value {
  return (builder) => {
    const offset = target(builder);
    return (slot) => builder.addFieldOffset(slot, offset, 0);
  };
}

/** The two slots of a union: its type, and the table. */
export function union(type: number, target: Reference): [Value, Value] {
  return [int8(type), reference(target)];
}

export function bool(value: boolean): Value {
  return int8(value ? 1 : 0);
}

export function int8(value: number): Value {
  return (builder) => (slot) => builder.addFieldInt8(slot, value, 0);
}

/** @param byDefault value that the format's schema gives to an absent field */
export function int16(value: number, byDefault = 0): Value {
  return (builder) => (slot) => builder.addFieldInt16(slot, value, byDefault);
}

/** @param byDefault value that the format's schema gives to an absent field */
export function int32(value: number, byDefault = 0): Value {
  return (builder) => (slot) => builder.addFieldInt32(slot, value, byDefault);
}

export function int64(value: bigint): Value {
  return (builder) => (slot) => builder.addFieldInt64(slot, value, 0n);
}

export function float32(value: number): Value {
  return (builder) => (slot) => builder.addFieldFloat32(slot, value, 0);
}

export function float64(value: number): Value {
  return (builder) => (slot) => builder.addFieldFloat64(slot, value, 0);
}

export function finish(root: Reference): Uint8Array {
  const builder = new Builder(1024);
  builder.finish(root(builder));
  return builder.asUint8Array();
}
