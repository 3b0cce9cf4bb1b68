package dev.sluice.server.page;

import dev.sluice.server.stats.HubFigures;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The five figures of the hub at the head of its page, with their history at the time of the response. The script
/// continues from there (`overview/tiles.js`).
record Tiles(Pages pages, Language language, @Nullable HubFigures figures) {
    private static final Spark SPARK = new Spark(300, 44);
    private static final String UNKNOWN = "–";

    /// @param unit the message with the unit of the value; empty if it has none
    private record Tile(String name, String tone, String title, String unit) {}

    private static final List<Tile> TILES = List.of(
            new Tile("published", "a", "tile.events", "per-second"),
            new Tile("delivered", "b", "tile.deliveries", "per-second"),
            new Tile("delay", "d", "tile.delay", "tile.delay.unit"),
            new Tile("connections", "c", "tile.connections", ""),
            new Tile("behind", "e", "tile.behind", "tile.behind.unit"));

    String markup() {
        Html html = new Html();
        Numbers numbers = new Numbers(language);
        for (Tile each : TILES) tile(each, numbers, html);
        return html.toString();
    }

    private void tile(Tile tile, Numbers numbers, Html html) {
        html.markup("<div class=\"card tile tone-" + tile.tone + "\" id=\"card-" + tile.name
                + "\"><span class=\"span\" aria-hidden=\"true\"></span><h2><button type=\"button\" class=\"opener\" data-chart=\""
                + tile.name + "\" aria-expanded=\"false\" aria-controls=\"chart-card\" data-t=\"" + tile.title + "\">");
        html.text(pages.message(tile.title, language)).markup("</button></h2><p><b id=\"tile-" + tile.name + "\">");
        html.text(value(tile.name, numbers)).markup("</b>");
        if (!tile.unit.isEmpty())
            html.markup(" <span data-t=\"" + tile.unit + "\">")
                    .text(pages.message(tile.unit, language))
                    .markup("</span>");
        html.markup("</p><p class=\"more\" id=\"more-" + tile.name + "\">").text(more(tile.name, numbers));
        html.markup("</p><div class=\"chart\">" + SPARK.begin(" id=\"spark-" + tile.name + "\"")
                + SPARK.of(history(tile.name)) + "<path class=\"cross\" hidden/></svg></div></div>");
    }

    private String value(String name, Numbers numbers) {
        if (figures == null) return UNKNOWN;
        var now = figures.now();
        return switch (name) {
            case "published" -> numbers.brief(now.published());
            case "delivered" -> numbers.brief(now.delivered());
            case "delay" -> now.delayP99Ms() == 0 ? UNKNOWN : numbers.rough(now.delayP99Ms());
            case "connections" -> numbers.brief(now.connections());
            default -> numbers.brief(now.furthestEvents());
        };
    }

    private String more(String name, Numbers numbers) {
        if (figures == null) return "";
        var now = figures.now();
        return switch (name) {
            case "published" -> words("tile.bytes", Map.of("bytes", numbers.bytes(now.publishedBytes())));
            case "delivered" ->
                words(
                        "tile.readers",
                        Map.of("bytes", numbers.bytes(now.deliveredBytes()), "n", numbers.whole(now.readers())));
            case "delay" ->
                now.delayP50Ms() == 0
                        ? words("tile.delay.none", Map.of())
                        : words("tile.delay.median", Map.of("ms", numbers.rough(now.delayP50Ms())));
            case "connections" -> "";
            default -> words("tile.behind.readers", Map.of("n", numbers.whole(now.behind())));
        };
    }

    private float[] history(String name) {
        if (figures == null) return new float[] {Float.NaN, Float.NaN};
        return switch (name) {
            case "published" -> figures.published();
            case "delivered" -> figures.delivered();
            case "delay" -> figures.delay();
            case "connections" -> figures.connections();
            default -> figures.behind();
        };
    }

    private String words(String name, Map<String, String> values) {
        return pages.message(name, language, values);
    }
}
