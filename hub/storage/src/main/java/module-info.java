/// The durable log. RocksDB stays inside.
@SuppressWarnings("requires-automatic") // RocksDB is not a named module.
module dev.sluice.storage {
    requires static transitive org.jspecify;
    requires transitive dev.sluice.core;
    requires rocksdbjni;

    exports dev.sluice.storage;
    exports dev.sluice.storage.folder;
}
