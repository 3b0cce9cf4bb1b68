package dev.sluice.app.config;

import dev.sluice.config.AccessTables;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads the keys and grants of the file, each a `[[key]]` or a `[[grant]]`, and collects mistakes. Does not read the
/// files and variables that keys name: only a hub that starts needs them.
final class AccessReader {
    static final String KEY = "key";
    static final String GRANT = "grant";

    private final ListReader keyList;
    private final ListReader grantList;
    private final List<Fault> faults;
    private final List<KeyEntry> keys = new ArrayList<>();
    private final List<GrantEntry> grants = new ArrayList<>();

    /// The line of each key, by its name.
    private final Map<String, Integer> lines = new HashMap<>();

    AccessReader(String file, List<Fault> faults) {
        this.faults = faults;
        keyList = new ListReader(file, KEY, "keys", KeyEntry.ALL, faults);
        grantList = new ListReader(file, GRANT, "grants", GrantEntry.ALL, faults);
    }

    AccessTables read(TomlTable top) {
        int faultsBefore = faults.size();
        keyList.read(top, this::addKey);
        boolean areKeysKnown = faults.size() == faultsBefore;
        grantList.read(top, (values, at) -> addGrant(values, at, areKeysKnown));
        return new AccessTables(keys, grants);
    }

    private void addKey(Values values, TomlPosition at) {
        var mistake = KeyEntry.mistake(values);
        var key = new KeyEntry(values);
        var earlier = lines.get(key.kid());
        if (mistake.isPresent()) {
            keyList.fault(at, "This [[key]] " + mistake.get());
        } else if (earlier != null) {
            keyList.fault(
                    at,
                    String.format(
                            Locale.ROOT,
                            "%s already is the 'kid' of the key in line %d: give each a name of its own.",
                            Quoted.text(key.kid()),
                            earlier));
        } else {
            keys.forEach(before -> key.adviceBehind(before)
                    .ifPresent(advice -> keyList.fault(
                            at,
                            String.format(
                                    Locale.ROOT,
                                    "The [[key]] in line %d takes all client certificates, so this one gets none: %s",
                                    lines.get(before.kid()),
                                    advice))));
            lines.put(key.kid(), at.line());
            keys.add(key);
        }
    }

    private void addGrant(Values values, TomlPosition at, boolean areKeysKnown) {
        var mistake = GrantEntry.mistake(values);
        var grant = new GrantEntry(values);
        if (mistake.isPresent()) {
            grantList.fault(at, "This [[grant]] " + mistake.get());
        } else if (areKeysKnown && !AccessTables.isReachable(grant, keys)) {
            grantList.fault(
                    at,
                    "This [[grant]] is for nobody: no [[key]] lets a caller be %s.".formatted(Quoted.text(grant.to())));
        } else {
            grants.add(grant);
        }
    }
}
