package dev.sluice.sense.notify;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The texts of alerts in one language.
@SuppressWarnings("ImmutableEnumChecker") // Map.ofEntries is immutable.
public enum AlertText {
    EN(Map.ofEntries(
            Map.entry("opened", "DOWN"),
            Map.entry("warning", "WARNING"),
            Map.entry("recovered", "UP again"),
            Map.entry("well", "WELL again"),
            Map.entry("warned", "The warning lasted %s."),
            Map.entry("warned-of", "The warning was: expected %s, found %s."),
            Map.entry("warning-since", "The target answers, with this warning since %s UTC."),
            Map.entry("warned-unwatched", "The warning lasted %s, and the check no longer runs."),
            Map.entry("paused", "PAUSED"),
            Map.entry("removed", "REMOVED"),
            Map.entry("test", "TEST"),
            Map.entry("expected", "Expected %s, found %s."),
            Map.entry("cause", "The outage began with: expected %s, found %s."),
            Map.entry("since", "Down since %s UTC."),
            Map.entry("downtime", "The outage lasted %s."),
            Map.entry("unwatched", "It was down for %s and is no longer checked."),
            Map.entry("late", "This alert is %s late."),
            Map.entry("more", "And %s more."),
            Map.entry("days", "%s d %s h"),
            Map.entry("hours", "%s h %s min"),
            Map.entry("minutes", "%s min %s s"),
            Map.entry("seconds", "%s s"),
            Map.entry("test-text", "This is a test. Alerts of Sense arrive here."))),
    ZH(Map.ofEntries(
            Map.entry("opened", "故障"),
            Map.entry("warning", "警告"),
            Map.entry("recovered", "已恢复"),
            Map.entry("well", "警告解除"),
            Map.entry("warned", "警告持续了 %s。"),
            Map.entry("warned-of", "警告原因：预期%s，实际%s。"),
            Map.entry("warning-since", "目标有应答，自 %s UTC 起有此警告。"),
            Map.entry("warned-unwatched", "警告持续了 %s，不再检查。"),
            Map.entry("paused", "已暂停"),
            Map.entry("removed", "已删除"),
            Map.entry("test", "测试"),
            Map.entry("expected", "预期%s，实际%s。"),
            Map.entry("cause", "故障起因：预期%s，实际%s。"),
            Map.entry("since", "自 %s UTC 起故障。"),
            Map.entry("downtime", "故障持续了 %s。"),
            Map.entry("unwatched", "已故障 %s，不再检查。"),
            Map.entry("late", "此告警晚了 %s。"),
            Map.entry("more", "另有 %s 条。"),
            Map.entry("days", "%s 天 %s 小时"),
            Map.entry("hours", "%s 小时 %s 分钟"),
            Map.entry("minutes", "%s 分钟 %s 秒"),
            Map.entry("seconds", "%s 秒"),
            Map.entry("test-text", "这是一条测试消息。Sense 的告警会发送到这里。")));

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// In characters, because some services accept 2,048 bytes and a Chinese character takes three.
    private static final int LIST_MAX = 600;

    private final Map<String, String> words;

    AlertText(Map<String, String> words) {
        this.words = words;
    }

    private String words(String key, Object... values) {
        return String.format(Locale.ROOT, Objects.requireNonNull(words.get(key)), values);
    }

    /// Returns one line with the state and the check, or with the states and the checks of several alerts.
    public String subject(Alert alert) {
        if (alert.others().isEmpty()) return subject(word(alert), alert.title());
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Alert each : all(alert)) counts.merge(words(word(each)), 1, Integer::sum);
        List<String> states = new ArrayList<>();
        counts.forEach((state, count) -> states.add(state + ": " + count));
        List<String> titles = all(alert).stream().map(Alert::title).toList();
        return "[" + String.join(", ", states) + "] " + Failure.cut(String.join(", ", titles));
    }

    private String subject(String word, String title) {
        return "[" + words(word) + "] " + Failure.cut(title); // Services refuse long messages in every attempt.
    }

    private static List<Alert> all(Alert alert) {
        List<Alert> all = new ArrayList<>(alert.others());
        all.addFirst(alert);
        return all;
    }

    private static String word(Alert alert) {
        return switch (alert.kind()) {
            case OPENED -> isWarning(alert) ? "warning" : "opened";
            case CLOSED ->
                isWarning(alert) && ending(alert) == Ending.RECOVERED
                        ? "well"
                        : ending(alert).name().toLowerCase(Locale.ROOT);
            case TEST -> "test";
        };
    }

    private static boolean isWarning(Alert alert) {
        return alert.failure().kind().isWarning();
    }

    private static Ending ending(Alert alert) {
        return alert.ending() == null ? Ending.RECOVERED : alert.ending();
    }

    /// Returns the details in a few lines.
    public String body(Alert alert) {
        if (!alert.others().isEmpty()) return list(alert);
        var text = new StringBuilder();
        switch (alert.kind()) {
            case OPENED ->
                text.append(failure("expected", alert))
                        .append('\n')
                        .append(words(isWarning(alert) ? "warning-since" : "since", TIME.format(alert.since())));
            case CLOSED ->
                text.append(words(lasted(alert), time(alert.downtime())))
                        .append('\n')
                        .append(failure(isWarning(alert) ? "warned-of" : "cause", alert));
            case TEST -> text.append(words("test-text"));
        }
        if (alert.isLate()) text.append('\n').append(words("late", time(alert.late())));
        if (alert.link() != null) text.append('\n').append(alert.link());
        return text.toString();
    }

    /// Returns a line for each of several alerts, up to a length that all services accept.
    private String list(Alert alert) {
        var text = new StringBuilder();
        List<Alert> all = all(alert);
        for (int i = 0; i < all.size(); i++) {
            Alert each = all.get(i);
            String line = subject(word(each), each.title());
            if (each.kind() == Alert.Kind.OPENED) line += ": " + finding(each);
            if (text.length() + line.length() > LIST_MAX && i > 0) {
                text.append(words("more", all.size() - i)).append('\n');
                break;
            }
            text.append(line).append('\n');
        }
        if (alert.isLate()) text.append(words("late", time(alert.late()))).append('\n');
        if (alert.link() != null) text.append(alert.link().replaceFirst("\\d+$", ""));
        return text.toString().strip();
    }

    private static String lasted(Alert alert) {
        if (ending(alert) != Ending.RECOVERED) return isWarning(alert) ? "warned-unwatched" : "unwatched";
        return isWarning(alert) ? "warned" : "downtime";
    }

    /// Returns the subject and the details.
    public String whole(Alert alert) {
        return subject(alert) + "\n" + body(alert);
    }

    private String failure(String key, Alert alert) {
        String language = name().toLowerCase(Locale.ROOT);
        return words(key, spaced(alert.failure().expectation().in(language)), spaced(finding(alert)));
    }

    /// In Chinese there is no space between words, except before a word in Latin letters.
    private String spaced(String text) {
        return this == ZH && text.matches("(?s)[!-~].*") ? " " + text : text;
    }

    private String finding(Alert alert) {
        return alert.failure().finding().in(name().toLowerCase(Locale.ROOT));
    }

    private String time(Duration time) {
        if (time.toDays() > 0) return words("days", time.toDays(), time.toHoursPart());
        if (time.toHours() > 0) return words("hours", time.toHours(), time.toMinutesPart());
        return time.toMinutes() > 0
                ? words("minutes", time.toMinutes(), time.toSecondsPart())
                : words("seconds", time.toSeconds());
    }
}
