package dev.sluice.server.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Figures in a language, as the scripts of the pages write them (`words.js`). Used by one thread, for all
/// figures of a page: creating a format takes far longer than using it.
final class Numbers {
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

    private final Language language;
    private final Locale locale;

    /// By the number of fraction digits.
    private final Map<Integer, NumberFormat> plain = new HashMap<>();

    private final Map<Integer, NumberFormat> compact = new HashMap<>();

    Numbers(Language language) {
        this.language = language;
        this.locale = Locale.forLanguageTag(language.tag());
    }

    private NumberFormat plain(int fractionDigits) {
        return plain.computeIfAbsent(
                fractionDigits, digits -> rounding(NumberFormat.getNumberInstance(locale), digits));
    }

    private NumberFormat compact(int fractionDigits) {
        return compact.computeIfAbsent(
                fractionDigits,
                digits -> rounding(NumberFormat.getCompactNumberInstance(locale, NumberFormat.Style.SHORT), digits));
    }

    private static NumberFormat rounding(NumberFormat format, int fractionDigits) {
        format.setMaximumFractionDigits(fractionDigits);
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format;
    }

    String whole(long n) {
        return plain(0).format(n);
    }

    String brief(long n) {
        return brief((double) n);
    }

    /// Formats with three digits, such as "41.2K"; numbers from 10 to 10,000 without fraction digits.
    String brief(double n) {
        if (n < 10_000) return plain(n < 10 ? 1 : 0).format(n);
        double step = language == Language.ZH ? 10_000 : 1_000;
        double scaled = n;
        while (scaled >= step) scaled /= step;
        return compact(scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2).format(n);
    }

    /// Formats a rate or a delay that need not be exact: below 10 with two digits.
    String rough(double n) {
        if (n >= 10) return brief(n);
        return plain(3).format(new BigDecimal(n).round(new MathContext(2, RoundingMode.HALF_UP)));
    }

    String bytes(long n) {
        int unit = 0;
        double size = n;
        for (; size >= 1_000 && unit < UNITS.size() - 1; unit++) size /= 1_000;
        return plain(unit == 0 || size >= 100 ? 0 : 1).format(size) + " " + UNITS.get(unit);
    }
}
