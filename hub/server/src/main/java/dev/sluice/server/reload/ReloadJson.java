package dev.sluice.server.reload;

import dev.sluice.core.log.RetentionLoss;
import dev.sluice.server.json.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;

/// The outcome of a reload as the members of a JSON object: of `POST /reload`, and in `GET /settings`.
public final class ReloadJson {
    private ReloadJson() {}

    public static Map<String, Object> of(ReloadReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("at", Timestamp.of(report.at().toEpochMilli()));
        members.put("inForce", report.isInForce());
        if (!report.isInForce()) members.put("mistakes", report.mistakes());
        members.put("needsRestart", report.restart());
        members.put(
                "needsConfirmation",
                report.losses().stream().map(ReloadJson::of).toList());
        members.put("ended", report.ended());
        return members;
    }

    private static Map<String, Object> of(RetentionLoss loss) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("match", loss.pattern());
        members.put("channels", loss.channels());
        members.put("events", loss.events());
        members.put("bytes", loss.bytes());
        members.put("atLeast", loss.isAtLeast());
        return members;
    }
}
