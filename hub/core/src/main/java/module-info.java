/// The core of the hub: events, the log, delivery. Depends only on the JDK: code cannot use a module that is not
/// required here.
@SuppressWarnings("module") // The target of the qualified export is compiled after this module.
module dev.sluice.core {
    requires static transitive org.jspecify;

    exports dev.sluice.core.access;
    exports dev.sluice.core.budget;
    exports dev.sluice.core.channel;
    exports dev.sluice.core.cluster;
    exports dev.sluice.core.cursor;
    exports dev.sluice.core.delivery;
    exports dev.sluice.core.delivery.channel;
    exports dev.sluice.core.delivery.metrics;
    exports dev.sluice.core.delivery.operator;
    exports dev.sluice.core.delivery.schedule;
    exports dev.sluice.core.delivery.stream;
    exports dev.sluice.core.encoding;
    exports dev.sluice.core.event;
    exports dev.sluice.core.index to
            dev.sluice.storage;
    exports dev.sluice.core.lease;
    exports dev.sluice.core.log;
    exports dev.sluice.core.memory;
    exports dev.sluice.core.metrics;
    exports dev.sluice.core.peers;
    exports dev.sluice.core.presence;
    exports dev.sluice.core.record;
    exports dev.sluice.core.replication to
            dev.sluice.storage;
    exports dev.sluice.core.search;
    exports dev.sluice.core.sequencer to
            dev.sluice.storage;
    exports dev.sluice.core.thread;
}
