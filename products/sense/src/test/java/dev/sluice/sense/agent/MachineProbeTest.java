package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.json.SenseJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The figures of the machine that runs this test.
class MachineProbeTest {
    @Test
    void countsADeviceOnceHoweverOftenItIsMounted() {
        var mounts = List.of("/dev/sda1 /mnt/bind", "/dev/sda1 /", "tmpfs /run", "tmpfs /dev/shm", "/dev/sdb1 /data");
        assertThat(MachineProbe.distinct(mounts, mount -> mount.split(" ", -1)[0], mount -> mount.split(" ", -1)[1]))
                .containsExactlyInAnyOrder("/dev/sda1 /", "tmpfs /run", "tmpfs /dev/shm", "/dev/sdb1 /data");
    }

    @Test
    void doesNotTakeAReadOnlyImageForAFullDisk() {
        assertThat(MachineProbe.isImage("ro,relatime", 0)).isTrue();
        assertThat(MachineProbe.isImage("ro,relatime", 1)).isFalse();
        assertThat(MachineProbe.isImage("rw,errors=remount-ro", 0)).isFalse();
    }

    @Test
    void measuresThisMachine() {
        Map<String, Object> all = SenseJson.object(SenseJson.write(new MachineProbe().measure()));

        assertThat((double) all.get("cpu")).isBetween(0.0, 100.0);
        assertThat((int) all.get("cores")).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(Instant.parse((String) all.get("boot"))).isBefore(Instant.now());
        assertThat(number(all.get("memory"), "total"))
                .isGreaterThan(Runtime.getRuntime().totalMemory());
        assertThat(number(all.get("memory"), "used")).isBetween(1L, number(all.get("memory"), "total"));
        assertThat((List<?>) all.get("disks"))
                .isNotEmpty()
                .allSatisfy(disk -> assertThat(number(disk, "used")).isBetween(0L, number(disk, "total")));
        assertThat((List<?>) all.get("disk_io"))
                .allSatisfy(disk -> assertThat(number(disk, "busy")).isBetween(0L, 100L));
        assertThat((List<?>) all.get("processes"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(number(each, "pid")).isPositive());
    }

    private static long number(Object object, String key) {
        return ((Number) ((Map<?, ?>) object).get(key)).longValue();
    }
}
