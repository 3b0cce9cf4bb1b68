package dev.sluice.server;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Keeps Netty's reports of leaked buffers for [LeakCheck]. Netty instantiates it by name.
///
/// @param <T> the type of the tracked resource
public final class LeakRecorder<T> extends ResourceLeakDetector<T> {
    static final List<String> REPORTS = new CopyOnWriteArrayList<>();
    private static final AtomicReference<String> LAST_ON_PURPOSE = new AtomicReference<>("");

    /// Returns true if a buffer with this mark was reported, even if the report has been collected.
    static boolean seen(String mark) {
        return LAST_ON_PURPOSE.get().contains(mark);
    }

    public LeakRecorder(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    @SuppressWarnings("deprecation") // Netty looks it up, and warns if it is missing.
    public LeakRecorder(Class<?> resource, int samplingInterval, long maxActive) {
        super(resource, samplingInterval, maxActive);
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTS.add(resourceType + records);
        if (records.contains(LeakCheck.CANARY)) LAST_ON_PURPOSE.set(records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTS.add(resourceType);
    }
}
