package dev.sluice.sense.store;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The definitions that people created on the page or through the API, as JSON.
public final class Definitions {
    private final Database database;
    private final String kind;
    private final SecureRandom random = new SecureRandom();

    /// @param kind `check` or `notifier`
    public Definitions(Database database, String kind) {
        this.database = database;
        this.kind = kind;
    }

    /// Returns all definitions, sorted by name.
    public Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        database.list(
                "select name, content from definition where kind = ? order by name",
                row -> all.put(row.getString(1), row.getString(2)),
                kind);
        return all;
    }

    public void put(String name, String json) {
        database.change(
                "insert or replace into definition (kind, name, content, crc, version) values (?, ?, ?, ?, ?)",
                kind,
                name,
                json,
                Integrity.crc(name, json),
                Long.toHexString(random.nextLong()));
    }

    /// Returns the version of a definition, which changes with each [#put]; empty if there is no such
    /// definition.
    public Optional<String> version(String name) {
        return database.first(
                "select version from definition where kind = ? and name = ?", row -> row.getString(1), kind, name);
    }

    /// @return false if there was no such definition
    public boolean remove(String name) {
        return database.change("delete from definition where kind = ? and name = ?", kind, name) > 0;
    }
}
