package dev.sluice.lab.report;

import java.util.Locale;
import java.util.OptionalDouble;

/// Numbers as text.
final class NumberText {
    private NumberText() {}

    static String of(OptionalDouble number) {
        return number.isEmpty() ? "–" : of(number.getAsDouble());
    }

    /// Formats a number with about three significant digits.
    static String of(double number) {
        if (number == 0) return "0";
        if (Double.isInfinite(number)) return "never";
        String format = number >= 100 ? "%,.0f" : number >= 10 ? "%.1f" : number >= 0.1 ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, format, number);
    }
}
