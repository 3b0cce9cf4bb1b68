package dev.sluice.storage.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/// The options of RocksDB and of its column families.
final class EngineOptions {
    /// For small records, which are all read at the start or looked up by key.
    private static final long SMALL_BUFFER_BYTES = 8L << 20;

    private static final long EVENTS_BUFFER_BYTES = 16L << 20;

    /// The buffers of a family: one is written to while another one is flushed. RocksDB's default.
    private static final int BUFFERS = 2;

    /// A compaction writes its output before it deletes its input. Small steps let compactions of a full disk succeed
    /// within the reserve ([dev.sluice.storage.RocksLogBuilder#reserveBytes]): each takes the first level
    /// and the recent buffers, of which there are hardly more than [#BUFFERS_SLOWED]; or one table and those
    /// below it.
    private static final long FIRST_LEVEL_BYTES = 64L << 20;

    private static final int BUFFERS_SLOWED = 8;

    /// Without space to compact, each start adds a table; writes must not wait until there are fewer.
    private static final int BUFFERS_MAX = Integer.MAX_VALUE;

    private static final long TABLE_BYTES = 16L << 20;
    private static final long COMPACTION_BYTES_MAX = 128L << 20;

    /// The most of the write-ahead log that a start has to replay: some tenths of a second.
    private static final long WAL_BYTES_MAX = 64L << 20;

    /// Half of it is for indexes and filters.
    private static final long CACHE_BYTES = 64L << 20;

    /// Few shards: an index block that does not fit into a shard would be read from disk for every key.
    private static final int CACHE_SHARD_BITS = 2;

    /// A reader of all channels looks up one event per block, which costs less with small blocks.
    private static final long BLOCK_BYTES = 4L << 10;

    /// Never reached: RocksDB must not flush a replica by itself, between two writes that belong together.
    private static final long REPLICA_BUFFER_BYTES = 2L << 30;

    /// The families whose keys begin with the number of a channel, see [dev.sluice.storage.record.Layout].
    private static final Set<String> BY_CHANNEL = Set.of("events", "channels");

    private final boolean isStrict;
    private final boolean isReplica;
    private final List<AutoCloseable> owned;

    /// @param isStrict  whether to refuse any corruption; if false, only reads of corrupt parts fail
    /// @param isReplica whether only a flush makes writes durable
    /// @param owned     receives what must be closed after the database, in that order
    EngineOptions(boolean isStrict, boolean isReplica, List<AutoCloseable> owned) {
        this.isStrict = isStrict;
        this.isReplica = isReplica;
        this.owned = owned;
    }

    /// The most bytes of the cache and the buffers, unless the database is a replica.
    static long memoryMax() {
        long buffers = EVENTS_BUFFER_BYTES + (Engine.FAMILIES.size() - 1) * SMALL_BUFFER_BYTES;
        return CACHE_BYTES + BUFFERS * buffers;
    }

    List<ColumnFamilyDescriptor> families() {
        Cache cache = own(new LRUCache(CACHE_BYTES, CACHE_SHARD_BITS, false, 0.5));
        BloomFilter bloom = own(new BloomFilter(10));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (String family : Engine.FAMILIES) {
            ColumnFamilyOptions options = own(BY_CHANNEL.contains(family)
                            ? nextToTheLastOfItsChannel()
                            : new ColumnFamilyOptions())
                    .setWriteBufferSize(bufferBytes(family))
                    .setLevelZeroSlowdownWritesTrigger(BUFFERS_SLOWED)
                    .setLevelZeroStopWritesTrigger(BUFFERS_MAX)
                    .setMaxBytesForLevelBase(FIRST_LEVEL_BYTES)
                    .setTargetFileSizeBase(TABLE_BYTES)
                    .setMaxCompactionBytes(COMPACTION_BYTES_MAX)
                    .setDisableAutoCompactions(!isStrict)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setOptimizeFiltersForHits(true) // Keys are only looked up if they exist.
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setFilterPolicy(bloom)
                            .setCacheIndexAndFilterBlocks(true)
                            .setIndexType(IndexType.kTwoLevelIndexSearch) // Only its used parts are cached.
                            .setPartitionFilters(true)
                            .setPinTopLevelIndexAndFilter(true)
                            .setBlockSize(BLOCK_BYTES)
                            // Not the library's default, which grows: the release before must read what this one wrote.
                            .setFormatVersion(6));
            descriptors.add(new ColumnFamilyDescriptor(family.getBytes(StandardCharsets.US_ASCII), options));
        }
        return descriptors;
    }

    /// Makes a buffer remember where the last record of each channel is: the next one belongs beside it.
    /// Otherwise the place of each record is searched among all channels. RocksJava has no setter for this
    /// option.
    private static ColumnFamilyOptions nextToTheLastOfItsChannel() {
        Properties hint = new Properties();
        hint.setProperty("memtable_insert_with_hint_prefix_extractor", "fixed:8");
        return Objects.requireNonNull(ColumnFamilyOptions.getColumnFamilyOptionsFromProps(hint));
    }

    private long bufferBytes(String family) {
        if (isReplica) return REPLICA_BUFFER_BYTES;
        return family.equals("events") ? EVENTS_BUFFER_BYTES : SMALL_BUFFER_BYTES;
    }

    /// @param isNew whether the database is created
    DBOptions database(boolean isNew) {
        return own(isStrict ? trackingWals() : new DBOptions())
                .setParanoidChecks(isStrict)
                .setCreateIfMissing(isNew)
                .setCreateMissingColumnFamilies(isNew)
                .setAtomicFlush(isReplica)
                .setAvoidFlushDuringShutdown(isReplica)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(WAL_BYTES_MAX)
                .setMaxOpenFiles(OpenFiles.tablesMax())
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0);
    }

    /// Makes the MANIFEST list each closed file of the write-ahead log, so that a missing one is noticed. RocksJava has
    /// no setter for this option.
    private static DBOptions trackingWals() {
        Properties tracking = new Properties();
        tracking.setProperty("track_and_verify_wals_in_manifest", "true");
        return Objects.requireNonNull(DBOptions.getDBOptionsFromProps(tracking));
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.addFirst(resource); // Closed in reverse order of creation.
        return resource;
    }
}
