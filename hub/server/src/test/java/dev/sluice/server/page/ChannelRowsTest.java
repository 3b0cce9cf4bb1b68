package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.http.exchange.Gzip;
import dev.sluice.server.stats.ChannelFigures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/// The rows of many busy channels. An event loop writes and compresses them for each page, so their size is bounded.
final class ChannelRowsTest {
    /// As many as the page lists.
    private static final int CHANNELS = 500;

    private static final int ROW_CHARACTERS_MAX = 1_100;

    /// Of a row whose channel had no events for a quarter of an hour.
    private static final int QUIET_ROW_CHARACTERS_MAX = 500;

    /// Of a page, with what its script begins with. The rest of the first view is in `PagesTest`.
    private static final int ROWS_BYTES_MAX = 45_000;

    private final Random random = new Random(1);
    private final List<ChannelState> listed = new ArrayList<>();
    private final Map<ChannelName, Double> rates = new HashMap<>();
    private final Map<ChannelName, float[]> trends = new HashMap<>();
    private final float[] others = new float[60];

    ChannelRowsTest() {
        for (int i = 0; i < CHANNELS; i++) {
            ChannelName name = new ChannelName("sensor-" + i);
            listed.add(new ChannelState(name, null, null, null, 1_000 + i, 100_000L * i, 1_764_000_000_000L + i));
            rates.put(name, 1_000 * random.nextDouble());
            float[] trend = new float[others.length];
            for (int step = 0; step < trend.length; step++) trend[step] = 1_000 * random.nextFloat();
            trends.put(name, trend);
        }
    }

    private ChannelRows rows(Map<ChannelName, float[]> trends) {
        var figures = new ChannelFigures(rates, true, trends, others, ChannelFigures.Groups.NONE, CHANNELS);
        ChannelRows rows = ChannelRows.of(listed, figures, true);
        return rows.with(new AtomicIntegerArray(rows.names().size()));
    }

    private static List<String> each(ChannelRows rows) {
        return rows.markup(new Pages(List.of()), Language.EN).lines().toList();
    }

    @Test
    void stayFewAndShortForAnyTrends() {
        ChannelRows rows = rows(trends);
        List<String> each = each(rows);
        assertThat(each)
                .hasSize(100)
                .allSatisfy(row ->
                        assertThat(row).contains("class=\"line\" d=\"M0 ").hasSizeLessThan(ROW_CHARACTERS_MAX));
        byte[] page = (String.join("", each) + rows.json()).getBytes(StandardCharsets.UTF_8);
        assertThat(Gzip.best(page)).hasSizeLessThan(ROWS_BYTES_MAX);
    }

    @Test
    void areShorterForQuietChannels() {
        assertThat(each(rows(Map.of())))
                .hasSize(100)
                .allSatisfy(row -> assertThat(row)
                        .contains("<path class=\"line\" d=\"M0 42h212\"/>")
                        .hasSizeLessThan(QUIET_ROW_CHARACTERS_MAX));
    }

    /// As `page-models.test.mjs` expects of the script.
    @Test
    void haveChartsOfWholeNumbers() {
        assertThat(new Spark(106, 22).of(new float[] {0, 0, 0, Float.NaN, 5, 10, 2.5f}))
                .isEqualTo("<path class=\"unknown\" d=\"M71 22H141\"/>"
                        + "<path class=\"area\" d=\"M0 44V42h71V44ZM141 44V26l36-16l35 24V44Z\"/>"
                        + "<path class=\"line\" d=\"M0 42h71M141 26l36-16l35 24\"/>");
    }

    @Test
    void listTheNewestOfManyGroups() {
        Map<String, ChannelFigures.Group> all = new HashMap<>();
        for (int i = 0; i < 20_000; i++)
            all.put("g" + i, new ChannelFigures.Group(2 + i % 7, 9, 9, 1_764_000_000_000L + i));
        var groups = ChannelFigures.Groups.of(all);
        var rows = ChannelRows.of(List.of(), new ChannelFigures(Map.of(), true, Map.of(), others, groups, -1), true);
        assertThat(each(rows)).hasSize(100).first().asString().contains("./channels/g19999/**");
        assertThat(rows.json()).contains("\"g1000\":{\"channels\":8").hasSizeLessThan(10_000);
    }
}
