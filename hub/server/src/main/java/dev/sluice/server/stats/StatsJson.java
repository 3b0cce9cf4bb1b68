package dev.sluice.server.stats;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.server.json.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes figures as JSON. Figures that are 0 are omitted.
final class StatsJson {
    private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);

    private static final double SMALLEST = 0.001;

    private final JsonGenerator json;

    private StatsJson(JsonGenerator json) {
        this.json = json;
    }

    /// Returns an object of figures as the data of an event.
    static Content of(Consumer<StatsJson> members) {
        byte[] bytes = Json.object(json -> members.accept(new StatsJson(json)));
        return new Content(ContentKind.JSON, "application/json", bytes);
    }

    StatsJson add(String name, long figure) {
        if (figure != 0) json.writeNumberProperty(name, figure);
        return this;
    }

    /// Adds a figure that was [rounded][#rounded].
    StatsJson addRounded(String name, String figure) {
        if (!figure.equals("0")) {
            json.writeName(name);
            json.writeNumber(figure);
        }
        return this;
    }

    StatsJson add(String name, @Nullable String text) {
        if (text != null) json.writeStringProperty(name, text);
        return this;
    }

    StatsJson object(String name, Consumer<StatsJson> members) {
        json.writeObjectPropertyStart(name);
        members.accept(this);
        json.writeEndObject();
        return this;
    }

    StatsJson addNull(String name) {
        json.writeNullProperty(name);
        return this;
    }

    /// Formats a figure that need not be exact with two significant digits.
    static String rounded(double figure) {
        return figure < SMALLEST
                ? "0"
                : new BigDecimal(figure).round(TWO_DIGITS).stripTrailingZeros().toPlainString();
    }
}
