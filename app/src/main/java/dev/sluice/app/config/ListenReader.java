package dev.sluice.app.config;

import dev.sluice.config.ListenEntry;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Values;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads the addresses to listen on, each a `[[listen]]`, and collects mistakes. Does not read the files that
/// they name: only a hub that starts needs them.
final class ListenReader {
    static final String LISTEN = "listen";

    private final ListReader list;
    private final List<ListenEntry> entries = new ArrayList<>();

    ListenReader(String file, List<Fault> faults) {
        list = new ListReader(file, LISTEN, "addresses", ListenEntry.ALL, faults);
    }

    List<ListenEntry> read(TomlTable top) {
        list.read(top, this::add);
        var first = top.inputPositionOf(List.of(LISTEN));
        if (first != null && !entries.isEmpty() && entries.stream().noneMatch(ListenEntry::isPublic)) {
            list.fault(first, "No [[listen]] serves the hub: one at least needs role = \"public\", the default.");
        }
        return entries;
    }

    private void add(Values values, TomlPosition at) {
        ListenEntry.mistake(values)
                .ifPresentOrElse(
                        mistake -> list.fault(at, "This [[listen]] " + mistake),
                        () -> entries.add(new ListenEntry(values)));
    }
}
