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

/// The temperatures of a machine by sensor: on Linux all sensors that its drivers name (kernel.org, "Naming
/// and data format standards for sysfs files"), elsewhere only the CPU.
final class TemperatureSensors {
    private static final int SENSORS_MAX = 32;
    private static final int NAME_MAX = 60;

    private final Path drivers;
    private final Sensors sensors;

    /// @param drivers `/sys/class/hwmon` or, in tests, another folder
    TemperatureSensors(Path drivers, Sensors sensors) {
        this.drivers = drivers;
        this.sensors = sensors;
    }

    /// Returns degrees Celsius by sensor, the hottest first: `nvme/Composite`, `coretemp/Package-id-0`.
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
            // For several devices of one kind, the hottest is kept.
            if (celsius > 0) all.merge(word.substring(0, Math.min(NAME_MAX, word.length())), celsius, Math::max);
        } catch (NumberFormatException unreadable) { // The sensor has no value at the moment.
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

    /// Returns the line in a file, or an empty text if the file can't be read: drivers refuse to read what a
    /// sensor lacks.
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException none) {
            return "";
        }
    }
}
