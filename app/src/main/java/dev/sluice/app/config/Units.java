package dev.sluice.app.config;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A number and its unit: the smallest unit first.
record Units(Map<String, Long> units) {
    static final Units TIME = of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    static final Units SIZE = of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]{1,3})");

    private static Units of(Object... namesAndSizes) {
        var units = new LinkedHashMap<String, Long>();
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            units.put((String) namesAndSizes[i], (Long) namesAndSizes[i + 1]);
        }
        return new Units(units);
    }

    Optional<Long> read(Object value) {
        if (!(value instanceof String text)) return Optional.empty();
        var amount = AMOUNT.matcher(text);
        if (!amount.matches()) return Optional.empty();
        var unit = units.get(amount.group(2));
        if (unit == null) return Optional.empty();
        var product = new BigInteger(amount.group(1)).multiply(BigInteger.valueOf(unit));
        return product.bitLength() < Long.SIZE ? Optional.of(product.longValueExact()) : Optional.empty();
    }

    /// In the largest unit that leaves a whole number.
    String write(long amount) {
        String written = "";
        for (var unit : units.entrySet()) {
            boolean isWhole = amount % unit.getValue() == 0;
            if (written.isEmpty() || (isWhole && amount != 0)) {
                written = amount / unit.getValue() + unit.getKey();
            }
        }
        return Quoted.text(written);
    }
}
