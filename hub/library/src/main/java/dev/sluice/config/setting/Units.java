package dev.sluice.config.setting;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Quantities written as a number and a unit.
///
/// @param units the smallest first, with size 1
public record Units(List<Unit> units) {
    /// @param size in the smallest unit
    record Unit(String name, long size) {}

    static final Units TIME = new Units(List.of(
            new Unit("ms", 1),
            new Unit("s", 1_000),
            new Unit("m", 60_000),
            new Unit("h", 3_600_000),
            new Unit("d", 86_400_000)));

    static final Units SIZE = new Units(List.of(
            new Unit("B", 1),
            new Unit("KiB", 1L << 10),
            new Unit("MiB", 1L << 20),
            new Unit("GiB", 1L << 30),
            new Unit("TiB", 1L << 40)));

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]{1,3})");

    /// Reads a quantity in the smallest unit; empty if the text is invalid or the value too large.
    Optional<Long> read(Object value) {
        if (!(value instanceof String text)) return Optional.empty();
        var amount = AMOUNT.matcher(text);
        if (!amount.matches()) return Optional.empty();
        return units.stream()
                .filter(unit -> unit.name().equals(amount.group(2)))
                .map(unit -> new BigInteger(amount.group(1)).multiply(BigInteger.valueOf(unit.size())))
                .filter(product -> product.bitLength() < Long.SIZE)
                .map(BigInteger::longValueExact)
                .findFirst();
    }

    /// Writes a quantity in the largest unit that leaves a whole number.
    String write(long amount) {
        var fitting = units.getFirst();
        for (var unit : units) if (amount != 0 && amount % unit.size() == 0) fitting = unit;
        return Quoted.text(amount / fitting.size() + fitting.name());
    }
}
