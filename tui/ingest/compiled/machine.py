"""What numba's Python has no words for: bytes at addresses, and 32 of them at once."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

part = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)


_LANES = 32


def _mask(builder: Any, found: Any) -> Any:
    """A bit for each lane, the lowest the first."""
    return builder.zext(builder.bitcast(found, ir.IntType(_LANES)), ir.IntType(64))


def _pointer(builder: Any, address: Any, what: Any) -> Any:
    return builder.inttoptr(address, what.as_pointer())


def _array_of(number: Any) -> Any:
    """An intrinsic that takes `length` numbers from an address on for an array."""

    @intrinsic
    def numbers(typingctx, address, length):
        made = types.Array(number, 1, "C")

        def codegen(context, builder, signature, args):
            array = context.make_array(made)(context, builder)
            size = context.get_constant(types.intp, number.bitwidth // 8)
            place = _pointer(builder, args[0], context.get_data_type(number))
            populate_array(array, place, [args[1]], [size], size, None)
            return array._getvalue()

        return made(types.int64, types.int64), codegen

    return numbers


int64s = _array_of(types.int64)
uint64s = _array_of(types.uint64)
int32s = _array_of(types.int32)
uint32s = _array_of(types.uint32)
uint8s = _array_of(types.uint8)


def _loading(bits: int) -> Any:
    """An intrinsic that reads a number of so many bits at an address, without a sign."""

    @intrinsic
    def loaded(typingctx, at):
        def codegen(context, builder, signature, args):
            number = builder.load(_pointer(builder, args[0], ir.IntType(bits)), align=1)
            return builder.zext(number, ir.IntType(64))

        return types.int64(types.int64), codegen

    return loaded


byte = _loading(8)
two_bytes = _loading(16)
four_bytes = _loading(32)


@intrinsic
def word(typingctx, at):
    """Eight bytes as a number."""

    def codegen(context, builder, signature, args):
        return builder.load(_pointer(builder, args[0], ir.IntType(64)), align=1)

    return types.uint64(types.int64), codegen


@intrinsic
def set_word(typingctx, at, word):
    """Write eight bytes."""

    def codegen(context, builder, signature, args):
        builder.store(args[1], _pointer(builder, args[0], ir.IntType(64)), align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.uint64), codegen


@intrinsic
def prefetch(typingctx, at):
    """Ask for the memory at an address, which is soon read; no address is wrong."""

    def codegen(context, builder, signature, args):
        pointer, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, flag, flag, flag])
        ask = builder.module.globals.get("llvm.prefetch.p0")
        if ask is None:
            ask = ir.Function(builder.module, kind, "llvm.prefetch.p0")
        read, keep, data = (ir.Constant(flag, value) for value in (0, 3, 1))
        builder.call(ask, [_pointer(builder, args[0], ir.IntType(8)), read, keep, data])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def special(typingctx, at):
    """Which of 32 bytes end the plain part of a string: a bit for each, the lowest the first."""

    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(8), _LANES)
        loaded = builder.load(_pointer(builder, args[0], vector), align=1)
        quote, backslash, blank = (ir.Constant(vector, [value] * _LANES) for value in (34, 92, 32))
        found = builder.icmp_unsigned("==", loaded, quote)
        found = builder.or_(found, builder.icmp_unsigned("==", loaded, backslash))
        found = builder.or_(found, builder.icmp_unsigned("<", loaded, blank))
        return _mask(builder, found)

    return types.int64(types.int64), codegen


@intrinsic
def first_bit(typingctx, bits):
    """The place of the lowest bit that is set."""

    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), codegen


def _all_lanes(builder: Any, vector: Any, value: Any) -> Any:
    """A vector of 32 bytes that are all this one."""
    undefined = ir.Constant(vector, ir.Undefined)
    low = builder.trunc(value, ir.IntType(8))
    one = builder.insert_element(undefined, low, ir.Constant(ir.IntType(32), 0))
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), _LANES), [0] * _LANES)
    return builder.shuffle_vector(one, undefined, lanes)


@intrinsic
def part_of(typingctx, at, wanted):
    """Which of 32 bytes are this one, where bit 5, which tells small letters, is set in all."""

    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(8), _LANES)
        loaded = builder.load(_pointer(builder, args[0], vector), align=1)
        low = builder.or_(loaded, ir.Constant(vector, [32] * _LANES))
        wanted = _all_lanes(builder, vector, args[1])
        return _mask(builder, builder.icmp_unsigned("==", low, wanted))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def same(typingctx, at, wanted):
    """Which of 32 bytes are this one."""

    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(8), _LANES)
        loaded = builder.load(_pointer(builder, args[0], vector), align=1)
        wanted = _all_lanes(builder, vector, args[1])
        return _mask(builder, builder.icmp_unsigned("==", loaded, wanted))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def alike_lanes(typingctx, at, other):
    """Which of 32 bytes at one address are the same as those at another."""

    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(8), _LANES)
        one, two = (builder.load(_pointer(builder, arg, vector), align=1) for arg in args)
        return _mask(builder, builder.icmp_unsigned("==", one, two))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def unusual(typingctx, at):
    """Which of 32 bytes are no ASCII, or may begin an escape: a backslash, a percent sign."""

    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(8), _LANES)
        loaded = builder.load(_pointer(builder, args[0], vector), align=1)
        found = builder.icmp_signed("<", loaded, ir.Constant(vector, [0] * _LANES))
        for value in (92, 37):
            same = builder.icmp_unsigned("==", loaded, ir.Constant(vector, [value] * _LANES))
            found = builder.or_(found, same)
        return _mask(builder, found)

    return types.int64(types.int64), codegen
