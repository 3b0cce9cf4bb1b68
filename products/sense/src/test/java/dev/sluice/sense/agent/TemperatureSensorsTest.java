package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import oshi.hardware.Sensors;

class TemperatureSensorsTest {
    @TempDir
    private Path drivers;

    private final Sensors cpu = new Sensors() {
        @Override
        public double getCpuTemperature() {
            return 44;
        }

        @Override
        public int[] getFanSpeeds() {
            return new int[0];
        }

        @Override
        public double getCpuVoltage() {
            return 0;
        }
    };

    private void write(String file, String text) throws IOException {
        Files.createDirectories(drivers.resolve(file).getParent());
        Files.writeString(drivers.resolve(file), text + "\n");
    }

    @Test
    void namesEachSensorByItsDriverAndLabelTheHottestFirst() throws IOException {
        write("hwmon0/name", "coretemp");
        write("hwmon0/temp1_label", "Package id 0");
        write("hwmon0/temp1_input", "61500");
        write("hwmon0/temp2_input", "no value");
        write("hwmon1/name", "nvme");
        write("hwmon1/temp1_label", "Composite");
        write("hwmon1/temp1_input", "71850");
        write("hwmon2/name", "nvme");
        write("hwmon2/temp1_label", "Composite");
        write("hwmon2/temp1_input", "39850");
        write("hwmon3/name", "acpitz");
        write("hwmon3/temp1_input", "27800");
        assertThat(new TemperatureSensors(drivers, cpu).measure())
                .containsExactly(
                        Map.of("sensor", "nvme/Composite", "celsius", 71.9),
                        Map.of("sensor", "coretemp/Package-id-0", "celsius", 61.5),
                        Map.of("sensor", "acpitz/temp1", "celsius", 27.8));
    }

    @Test
    void hasTheCpusTemperatureWhereNoDriverNamesASensor() {
        assertThat(new TemperatureSensors(drivers.resolve("none"), cpu).measure())
                .containsExactly(Map.of("sensor", "cpu", "celsius", 44.0));
    }
}
