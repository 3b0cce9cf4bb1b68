package dev.sluice.server.page;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.stats.ChannelFigures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The rows of the list of channels in a page, in the form that its script draws (`overview/channels.js`): the
/// busiest first, channels with the same first segment below one row. An unknown value is a dash, never 0.
///
/// @param listed  the first channels, by name
/// @param shown   those whose rows are in the page
/// @param readers of these, by their names; empty if unknown
record ChannelRows(
        List<ChannelState> listed,
        ChannelFigures figures,
        ChannelFigures.Groups groups,
        List<ChannelState> shown,
        Map<ChannelName, Integer> readers) {
    /// The maximum number of rows in the page: more than fit on a screen.
    private static final int ROWS_MAX = 100;

    /// A small hub shows all of its channels at once, a larger one some of each group. `overview.js` has the same
    /// value.
    private static final int OPEN_MAX = 40;

    private static final int CHILDREN_MAX = 4;

    /// The maximum number of channels whose readers are counted for one page.
    private static final int COUNTED_MAX = 500;

    private static final String UNKNOWN = "–";
    private static final Spark SPARK = new Spark(106, 22);

    /// A row of the tree.
    ///
    /// @param rate     NaN if unknown
    /// @param children those that are loaded; empty for a single channel
    private record Row(
            String name,
            String label,
            double rate,
            @Nullable ChannelState channel,
            ChannelFigures.Group sums,
            List<ChannelState> children) {}

    static ChannelRows none() {
        return new ChannelRows(List.of(), ChannelFigures.NONE, ChannelFigures.Groups.NONE, List.of(), Map.of());
    }

    /// @param maySeeAll whether the sums of all channels may be shown
    static ChannelRows of(List<ChannelState> listed, ChannelFigures figures, boolean maySeeAll) {
        ChannelFigures.Groups groups = maySeeAll ? figures.groups() : ChannelFigures.Groups.NONE;
        var without = new ChannelRows(listed, figures, groups, List.of(), Map.of());
        List<ChannelState> shown = new ArrayList<>();
        for (Row each : without.tree()) {
            if (each.channel != null) shown.add(each.channel);
            else shown.addAll(each.children); // Needed for the sum of their readers.
        }
        return new ChannelRows(
                listed, figures, groups, shown.stream().limit(COUNTED_MAX).toList(), Map.of());
    }

    List<ChannelName> names() {
        return shown.stream().map(ChannelState::name).toList();
    }

    ChannelRows with(AtomicIntegerArray counts) {
        Map<ChannelName, Integer> readers = new HashMap<>();
        for (int i = 0; i < shown.size(); i++) readers.put(shown.get(i).name(), counts.get(i));
        return new ChannelRows(listed, figures, groups, shown, readers);
    }

    boolean isEmpty() {
        return listed.isEmpty();
    }

    private double rate(ChannelState channel) {
        Double rate = figures.rate(channel.name());
        return rate == null ? Double.NaN : rate;
    }

    private Comparator<ChannelState> busiestFirst() {
        return Comparator.<ChannelState>comparingDouble(each -> -known(rate(each)))
                .thenComparingLong(each -> -each.timeMs())
                .thenComparing(each -> each.name().value());
    }

    private static double known(double rate) {
        return Double.isNaN(rate) ? 0 : rate;
    }

    private List<Row> tree() {
        Map<String, List<ChannelState>> byFirst = new LinkedHashMap<>();
        for (ChannelState each : listed)
            byFirst.computeIfAbsent(ChannelFigures.Groups.name(each.name()), _ -> new ArrayList<>())
                    .add(each);
        for (String first : groups.newest()) byFirst.computeIfAbsent(first, _ -> List.of());
        return byFirst.entrySet().stream()
                .map(each -> row(each.getKey(), each.getValue()))
                .sorted(Comparator.<Row>comparingDouble(row -> -known(row.rate))
                        .thenComparingLong(row -> -row.sums.timeMs())
                        .thenComparing(Row::name))
                .limit(ROWS_MAX)
                .toList();
    }

    private Row row(String first, List<ChannelState> children) {
        ChannelFigures.Group sums = groups.all().get(first);
        if (sums == null || sums.channels() < children.size()) sums = sums(children);
        double rate = children.stream().mapToDouble(this::rate).sum();
        if (children.size() < sums.channels() && !figures.isWhole()) rate = Double.NaN;
        if (sums.channels() == 1) {
            String name = children.getFirst().name().value();
            return new Row(name, name, rate, children.getFirst(), sums, List.of());
        }
        return new Row(
                first + "/",
                first,
                rate,
                null,
                sums,
                children.stream().sorted(busiestFirst()).toList());
    }

    private static ChannelFigures.Group sums(List<ChannelState> channels) {
        return new ChannelFigures.Group(
                channels.size(),
                channels.stream().mapToLong(ChannelState::events).sum(),
                channels.stream().mapToLong(ChannelState::bytes).sum(),
                channels.stream().mapToLong(ChannelState::timeMs).max().orElse(0));
    }

    String markup(Pages pages, Language language) {
        var writer = new Writer(pages, language, new Numbers(language), new Html());
        List<Row> tree = tree();
        boolean isOpen = tree.stream().mapToLong(row -> row.sums.channels()).sum() <= OPEN_MAX;
        for (Row each : tree) writer.top(each, isOpen);
        return writer.html.toString();
    }

    private final class Writer {
        private final Pages pages;
        private final Language language;
        private final Numbers numbers;
        private final Html html;

        Writer(Pages pages, Language language, Numbers numbers, Html html) {
            this.pages = pages;
            this.language = language;
            this.numbers = numbers;
            this.html = html;
        }

        void top(Row row, boolean isOpen) {
            if (row.channel != null) {
                channel(row.channel, row.label, false);
                return;
            }
            html.markup("<tr><th scope=\"row\"><button type=\"button\" class=\"fold\" aria-expanded=\"" + isOpen
                            + "\" aria-label=\"")
                    .text(pages.message(isOpen ? "fold" : "unfold", language, Map.of("name", row.label)))
                    .markup("\"></button> <a class=\"name\" href=\"")
                    .text(link(row.label) + "/**")
                    .markup("\">")
                    .text(row.label)
                    .markup("</a> <span class=\"quiet\">")
                    .text(pages.message("channels.count", language, Map.of("n", numbers.whole(row.sums.channels()))))
                    .markup("</span></th>");
            boolean isAll = row.children.size() >= row.sums.channels();
            figures(row.rate, isAll ? readers(row.children) : -1, row.sums, isAll ? trend(row.children) : null);
            if (!isOpen) return;
            long rest = row.sums.channels() - CHILDREN_MAX;
            int children = rest <= 1 ? row.children.size() : CHILDREN_MAX;
            row.children.stream()
                    .limit(children)
                    .forEach(each -> channel(
                            each,
                            each.name()
                                    .value()
                                    .substring(Math.min(each.name().value().length(), row.label.length() + 1)),
                            true));
            if (rest > 1)
                html.markup("<tr><th scope=\"row\" class=\"child\"><button type=\"button\" class=\"rest\">")
                        .text(pages.message("channels.rest", language, Map.of("n", numbers.whole(rest))))
                        .markup("</button></th>" + "<td></td>".repeat(6) + "</tr>\n");
        }

        private void channel(ChannelState channel, String label, boolean isChild) {
            html.markup("<tr><th scope=\"row\"" + (isChild ? " class=\"child\"" : "")
                            + "><span class=\"leaf\"></span> <a class=\"name\" href=\"")
                    .text(link(channel.name().value()))
                    .markup("\">")
                    .text(label.isEmpty() ? channel.name().value() : label)
                    .markup("</a>");
            if (channel.end() != null) {
                html.markup(" <span class=\"status quiet\">")
                        .text(pages.message("status.ended", language))
                        .markup("</span>");
            }
            html.markup("</th>");
            figures(rate(channel), readers(List.of(channel)), sums(List.of(channel)), figures.trend(channel.name()));
        }

        private void figures(double rate, long readers, ChannelFigures.Group sums, float @Nullable [] trend) {
            html.markup("<td class=\"curve\">" + SPARK.begin("")
                    + SPARK.of(trend == null ? ChannelFigures.NONE.others() : trend) + "</svg></td>");
            figure(Double.isNaN(rate) ? UNKNOWN : numbers.rough(rate), rate == 0);
            figure(readers < 0 ? UNKNOWN : numbers.brief(readers), readers == 0);
            figure(numbers.brief(sums.events()), sums.events() == 0);
            figure(numbers.bytes(sums.bytes()), sums.bytes() == 0);
            figure(sums.timeMs() == 0 ? "" : Timestamp.of(sums.timeMs()).substring(11, 19), false);
            html.markup("</tr>\n");
        }

        private void figure(String text, boolean isZero) {
            html.markup("<td class=\"figure" + (isZero ? " zero" : "") + "\">")
                    .text(text)
                    .markup("</td>");
        }
    }

    /// Returns the sum of the readers of these channels; -1 if one of them is unknown.
    private long readers(List<ChannelState> channels) {
        long sum = 0;
        for (ChannelState each : channels) {
            Integer count = readers.get(each.name());
            if (count == null) return -1;
            sum += count;
        }
        return sum;
    }

    private float[] trend(List<ChannelState> channels) {
        float[] sum = new float[figures.others().length];
        for (ChannelState each : channels) {
            float[] one = figures.trend(each.name());
            for (int i = 0; i < sum.length; i++) sum[i] += one[i];
        }
        return sum;
    }

    private static String link(String channel) {
        return "./channels/"
                + Arrays.stream(channel.split("/", -1)).map(Breadcrumb::encoded).collect(Collectors.joining("/"));
    }

    /// The initial data of the script, for an element of the page, without any `<`.
    String json() {
        byte[] json = Json.object(known -> {
            if (figures.isWhole()) known.writeBooleanProperty("whole", true);
            if (!groups.all().isEmpty()) {
                if (figures.count() >= 0) known.writeNumberProperty("total", figures.count());
                known.writeObjectPropertyStart("groups");
                for (String first : groups.largest())
                    write(known, first, Objects.requireNonNull(groups.all().get(first)));
                known.writeEndObject();
            }
            write(known, "others", figures.others());
            known.writeObjectPropertyStart("rates");
            for (ChannelState each : listed) {
                double rate = rate(each);
                if (rate > 0) known.writeNumberProperty(each.name().value(), rounded(rate));
            }
            known.writeEndObject();
            known.writeObjectPropertyStart("readers");
            readers.forEach((name, count) -> known.writeNumberProperty(name.value(), count));
            known.writeEndObject();
            known.writeObjectPropertyStart("trends");
            for (ChannelState each : listed) {
                float[] trend = figures.trends().get(each.name());
                if (trend != null) write(known, each.name().value(), trend);
            }
            known.writeEndObject();
        });
        return new String(json, StandardCharsets.UTF_8).replace("<", "\\u003c");
    }

    private static void write(JsonGenerator json, String first, ChannelFigures.Group group) {
        json.writeObjectPropertyStart(first);
        json.writeNumberProperty("channels", group.channels());
        json.writeNumberProperty("events", group.events());
        json.writeNumberProperty("bytes", group.bytes());
        json.writeNumberProperty("timeMs", group.timeMs());
        json.writeEndObject();
    }

    /// Writes the greatest value, and a character for each step: the step's part of that value, in 63rds from
    /// `?` to `~`, or a space if it is unknown. Written as numbers, the trends would be most of the page.
    private static void write(JsonGenerator json, String name, float[] trend) {
        float top = 0;
        for (float each : trend) if (each > top) top = each;
        StringBuilder levels = new StringBuilder(trend.length);
        for (float each : trend)
            levels.append(Float.isNaN(each) ? ' ' : (char) ('?' + (top == 0 ? 0 : Math.round(each / top * 63))));
        json.writeArrayPropertyStart(name);
        json.writeNumber(rounded(top));
        json.writeString(levels.toString());
        json.writeEndArray();
    }

    private static float rounded(double rate) {
        return (float) (rate >= 100 ? Math.round(rate) : Math.round(rate * 100) / 100.0);
    }
}
