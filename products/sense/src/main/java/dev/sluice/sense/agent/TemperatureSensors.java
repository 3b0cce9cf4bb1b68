package dev.sluice.sense.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import oshi.hardware.Sensors;

/// The temperatures that a machine measures, by sensor: on Linux all that its drivers name
/// (kernel.org, "Naming and data format standards for sysfs files"), elsewhere that of the CPU.
final class TemperatureSensors {
    private static final int SENSORS_MAX = 32;
    private static final int NAME_MAX = 60;

    private final Path drivers;
    private final Sensors sensors;

    /// @param drivers `/sys/class/hwmon`, or a folder like it
    TemperatureSensors(Path drivers, Sensors sensors) {
        this.drivers = drivers;
        this.sensors = sensors;
    }

    /// Degrees Celsius by sensor, the hottest first: `nvme/Composite`, `coretemp/Package-id-0`.
    List<Map<String, Object>> measure() {
        Map<String, Double> all = new TreeMap<>();
        for (Path driver : files(drivers, "*"))
            for (Path input : files(driver, "temp*_input")) if (all.size() < SENSORS_MAX) add(driver, input, all);
        double cpu = all.isEmpty() ? sensors.getCpuTemperature() : 0;
        if (cpu > 0) all.put("cpu", cpu);
        return all.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(each -> {
                    Map<String, Object> sensor = new LinkedHashMap<>();
                    sensor.put("sensor", each.getKey());
                    sensor.put("celsius", MachineProbe.tenth(each.getValue()));
                    return sensor;
                })
                .toList();
    }

    private static void add(Path driver, Path input, Map<String, Double> all) {
        String file = input.getFileName().toString();
        String label = text(driver.resolve(file.replace("_input", "_label")));
        try {
            double celsius = Long.parseLong(text(input)) / 1000.0;
            String name = text(driver.resolve("name")) + "/" + (label.isEmpty() ? file.replace("_input", "") : label);
            String word = name.replaceAll("[\\s<>]+", "-");
            // Of several devices of one kind, the hottest.
            if (celsius > 0) all.merge(word.substring(0, Math.min(NAME_MAX, word.length())), celsius, Math::max);
        } catch (NumberFormatException unreadable) { // A sensor that has no value now.
            return;
        }
    }

    private static List<Path> files(Path folder, String glob) {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
            found.forEach(all::add);
        } catch (IOException none) {
            return List.of();
        }
        return all;
    }

    /// Returns the line in a file; empty if it can't be read: drivers refuse what a sensor does not have.
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
