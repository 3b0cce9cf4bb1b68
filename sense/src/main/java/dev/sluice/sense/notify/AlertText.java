package dev.sluice.sense.notify;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The words of alerts, in one language.
@SuppressWarnings("ImmutableEnumChecker") // Map.ofEntries is immutable.
public enum AlertText {
    EN(Map.ofEntries(
            Map.entry("opened", "DOWN"),
            Map.entry("recovered", "UP again"),
            Map.entry("paused", "PAUSED while down"),
            Map.entry("removed", "REMOVED while down"),
            Map.entry("test", "TEST"),
            Map.entry("expected", "Expected %s, found %s."),
            Map.entry("cause", "The outage began with: expected %s, found %s."),
            Map.entry("since", "Down since %s UTC."),
            Map.entry("downtime", "The outage lasted %s."),
            Map.entry("unwatched", "It was down for %s, and is not checked any more."),
            Map.entry("late", "This alert is %s late."),
            Map.entry("test-text", "This is a test. Alerts of Sense arrive here."))),
    ZH(Map.ofEntries(
            Map.entry("opened", "故障"),
            Map.entry("recovered", "已恢复"),
            Map.entry("paused", "故障中被暂停"),
            Map.entry("removed", "故障中被删除"),
            Map.entry("test", "测试"),
            Map.entry("expected", "应为 %s，实际为 %s。"),
            Map.entry("cause", "故障起因：应为 %s，实际为 %s。"),
            Map.entry("since", "自 %s UTC 起故障。"),
            Map.entry("downtime", "故障持续了 %s。"),
            Map.entry("unwatched", "已故障 %s，不再检查。"),
            Map.entry("late", "此告警晚了 %s。"),
            Map.entry("test-text", "这是一条测试消息。Sense 的告警会发送到这里。")));

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Map<String, String> words;

    AlertText(Map<String, String> words) {
        this.words = words;
    }

    private String words(String key, Object... values) {
        return String.format(Locale.ROOT, Objects.requireNonNull(words.get(key)), values);
    }

    /// Returns one line: the state and the check.
    public String subject(Alert alert) {
        String word = switch (alert.kind()) {
            case OPENED -> "opened";
            case CLOSED -> ending(alert).name().toLowerCase(Locale.ROOT);
            case TEST -> "test";
        };
        return "[" + words(word) + "] " + Failure.cut(alert.title()); // Services refuse long messages, for ever.
    }

    private static Ending ending(Alert alert) {
        return alert.ending() == null ? Ending.RECOVERED : alert.ending();
    }

    /// Returns the details, a few lines.
    public String body(Alert alert) {
        var text = new StringBuilder();
        switch (alert.kind()) {
            case OPENED ->
                text.append(failure("expected", alert)).append('\n').append(words("since", TIME.format(alert.since())));
            case CLOSED ->
                text.append(words(ending(alert) == Ending.RECOVERED ? "downtime" : "unwatched", time(alert.downtime())))
                        .append('\n')
                        .append(failure("cause", alert));
            case TEST -> text.append(words("test-text"));
        }
        if (alert.isLate()) text.append('\n').append(words("late", time(alert.late())));
        if (alert.link() != null) text.append('\n').append(alert.link());
        return text.toString();
    }

    /// Returns subject and details.
    public String whole(Alert alert) {
        return subject(alert) + "\n" + body(alert);
    }

    private String failure(String key, Alert alert) {
        String language = name().toLowerCase(Locale.ROOT);
        return words(
                key,
                alert.failure().expectation().in(language),
                alert.failure().finding().in(language));
    }

    private static String time(Duration time) {
        if (time.toDays() > 0) return time.toDays() + " d " + time.toHoursPart() + " h";
        if (time.toHours() > 0) return time.toHours() + " h " + time.toMinutesPart() + " min";
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
