package dev.sluice.demos.gallery;

import dev.sluice.demos.Demo;
import dev.sluice.demos.page.PageFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The texts about a use, for its card on the front page and for its stage.
///
/// @param name      the name of the [dev.sluice.demos.Use]
/// @param transport the transports that the use shows best
/// @param carrier   the transport of its stage, as the client names it
/// @param files     the source files to read, in this order
record UseCard(String name, Words title, Words about, String transport, String carrier, List<String> files) {
    record Words(String en, String zh) {
        Map<String, String> byLanguage() {
            return Map.of("en", en, "zh", zh);
        }
    }

    /// Files that each stage shows after its own.
    private static final List<String> COMMON = List.of("Feed.java", "uses/byhand.js", "uses/stage.js");

    static final List<UseCard> ALL = List.of(
            new UseCard(
                    "quotes",
                    new Words("Quotes", "行情"),
                    new Words(
                            "200 stocks, 300 trades a second: a snapshot first, then each change by its key.",
                            "200 只股票，每秒 300 笔成交：先给出快照，再逐个给出每只股票的变化。"),
                    "snapshot · conflate",
                    "websocket",
                    List.of("Quotes.java", "uses/quotes.js", "uses/pair.js")),
            new UseCard(
                    "wall",
                    new Words("Data wall", "数据大屏"),
                    new Words(
                            "The load of this machine and this hub, each second, readable from across the room.",
                            "本机和本 Hub 每秒的真实负载，隔着房间也能看清。"),
                    "SSE",
                    "sse",
                    List.of("Wall.java", "uses/wall.js")),
            new UseCard(
                    "news",
                    new Words("Breaking news", "即时新闻"),
                    new Words(
                            "Publish once: every reader gets the headline at once, also as a notification.",
                            "只发布一次，所有订阅者立刻收到标题，也可以显示为系统通知。"),
                    "SSE",
                    "sse",
                    List.of("News.java", "uses/news.js")),
            new UseCard(
                    "task",
                    new Words("Long tasks", "长任务"),
                    new Words(
                            "Progress that is still there after a reload, and on another device.",
                            "任务进度：刷新页面后、在另一台设备上都能继续查看。"),
                    "snapshot",
                    "sse",
                    List.of("Tasks.java", "uses/task.js")),
            new UseCard(
                    "logs",
                    new Words("Live log", "实时日志"),
                    new Words(
                            "The hub’s own log as it is written, with the last lines first.",
                            "Hub 自己的日志：先显示最近的几行，随后实时更新。"),
                    "SSE · JSON lines",
                    "sse",
                    List.of("Logs.java", "LogTail.java", "uses/logs.js")),
            new UseCard(
                    "board",
                    new Words("Whiteboard", "白板"),
                    new Words(
                            "Draw together: each stroke is a binary frame, the picture is the log.",
                            "一起画画：每一笔是一个二进制帧，整幅画就是日志。"),
                    "WebSocket",
                    "websocket",
                    List.of("Board.java", "uses/board.js")));

    /// Fills in a template that has these placeholders.
    String in(String template) {
        String filled = template;
        for (var value : values().entrySet()) filled = filled.replace("{{" + value.getKey() + "}}", value.getValue());
        return filled;
    }

    private Map<String, String> values() {
        var values = new HashMap<String, String>();
        values.put("name", name);
        values.put("title.en", title.en);
        values.put("title.zh", title.zh);
        values.put("about.en", about.en);
        values.put("about.zh", about.zh);
        values.put("transport", transport);
        values.put("carrier", carrier);
        values.put("pair", name.equals("quotes") ? "" : " hidden"); // Only the quotes have two readers to compare.
        List<String> all = new ArrayList<>(files);
        all.addAll(COMMON);
        values.put(
                "files",
                all.stream().map(file -> "<option>" + file + "</option>").collect(Collectors.joining()));
        return values;
    }

    /// Returns all cards of the front page.
    static String cards() {
        String template = PageFile.text(Demo.class, "uses/card.html");
        return ALL.stream().map(card -> card.in(template)).collect(Collectors.joining());
    }
}
