package dev.sluice.app.command;

import dev.sluice.core.log.ChannelState;
import dev.sluice.server.json.Timestamp;
import dev.sluice.storage.folder.TornTail;
import dev.sluice.storage.repair.Inspection;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The output of `sluice log --json`, with all channels in the format of the hub's list. docs/cli.md lists the fields.
final class InspectedJson {
    private InspectedJson() {}

    static String of(Path folder, Inspection inspection, List<String> rules) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("folder", folder.toString());
        fields.put("diskBytes", inspection.bytes());
        fields.put("head", inspection.head().text());
        if (inspection.timeMs() > 0) fields.put("time", Timestamp.of(inspection.timeMs()));
        fields.put("closed", inspection.wasClosed());
        fields.put(
                "epochs", inspection.lives().stream().map(InspectedJson::epoch).toList());
        fields.put("rules", rules);
        fields.put("torn", inspection.torn().stream().map(InspectedJson::torn).toList());
        fields.put("faults", inspection.faults());
        fields.put(
                "channels",
                inspection.channels().stream().map(InspectedJson::channel).toList());
        return JsonMapper.shared().writeValueAsString(fields);
    }

    private static Map<String, Object> epoch(Inspection.InspectedEpoch life) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("epoch", life.epoch().value());
        fields.put("behind", life.from());
        return fields;
    }

    private static Map<String, Object> torn(TornTail torn) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("file", torn.file().toString());
        fields.put("bytes", torn.bytes());
        return fields;
    }

    private static Map<String, Object> channel(ChannelState state) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", state.name().value());
        fields.put("events", state.events());
        fields.put("bytes", state.bytes());
        if (state.latest() != null) fields.put("latest", state.latest().text());
        if (state.earliest() != null) fields.put("earliest", state.earliest().text());
        fields.put("time", Timestamp.of(state.timeMs()));
        fields.put("closed", state.end() != null);
        return fields;
    }
}
