package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A newsroom with a headline every few seconds. Its page can show each headline as a browser notification.
/// Anyone can add a headline by publishing to the channel.
final class News implements Use {
    static final String CHANNEL = "demos/news";

    private static final Duration PERIOD = Duration.ofSeconds(4);

    /// A headline.
    ///
    /// @param section `harbour`, `sport`, `science`, `weather` or `culture`
    /// @param en      the text in English
    /// @param zh      the text in Chinese
    record Headline(String section, String en, String zh) {}

    private static final List<Headline> HEADLINES = List.of(
            new Headline("harbour", "The upper gate of lock seven opens after its repair", "七号船闸上闸门修复后重新开启"),
            new Headline("sport", "Rowers of the north bank win by half a boat", "北岸赛艇队以半艇优势夺冠"),
            new Headline("weather", "The river rises by twelve centimetres until tonight", "今夜前河水将上涨十二厘米"),
            new Headline("science", "A buoy has measured the lake each second for ten years", "一只浮标十年来每秒测量湖水"),
            new Headline("culture", "The water organ plays again in the old pump house", "旧泵房里的水风琴再度奏响"),
            new Headline("harbour", "The first electric ferry crosses without a delay", "首艘电动渡轮准点横渡"),
            new Headline("sport", "A swimmer crosses the bay in under an hour", "一名游泳者不到一小时横渡海湾"),
            new Headline("weather", "Fog on the canal: boats keep to the right", "运河起雾，船只靠右航行"),
            new Headline("science", "Eels use the new passage on its first night", "新鱼道启用首夜便有鳗鱼通过"),
            new Headline("culture", "The lock keeper’s diaries appear as a book", "船闸看守人的日记结集出版"));

    private final AtomicInteger published = new AtomicInteger();

    @Override
    public String name() {
        return "news";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of("retention.max_events", "200", "retention.max_age", "1h");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        Use.watched(hub, routes, CHANNEL, PERIOD, () -> Message.json(next()));
    }

    private Headline next() {
        return HEADLINES.get(published.getAndIncrement() % HEADLINES.size());
    }
}
