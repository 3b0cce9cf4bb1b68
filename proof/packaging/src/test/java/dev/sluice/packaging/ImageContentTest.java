package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The programs and libraries in the image of each architecture.
@Tag("long")
final class ImageContentTest {
    private static final Pattern NEEDED = Pattern.compile("\\(NEEDED\\).*\\[(.+)]");

    @TempDir
    private Path folder;

    /// @param machine of the ELF header
    @ParameterizedTest
    @CsvSource({"amd64," + Elf.X64, "arm64," + Elf.ARM64})
    void hasLibrariesOfItsArchitectureOnlyAndAllThatTheyNeed(String architecture, int machine) throws Exception {
        UnpackedImage image = UnpackedImage.in(folder, architecture);
        List<Elf.File> programs = Elf.below(image.files());

        assertThat(image.configured(".Architecture")).isEqualTo(architecture);
        assertThat(programs)
                .anyMatch(each -> each.name().startsWith("opt/sluice/lib/librocksdbjni"))
                .anyMatch(each -> each.name().startsWith("opt/sluice/lib/libnetty_transport_native_epoll"))
                .allSatisfy(each -> assertThat(each.machine()).as(each.name()).isEqualTo(machine));
        assertThat(names(image.files())).containsAll(needed(image.files(), programs));
        assertThat(listed(image.files()))
                .as("the Debian packages in the bill of materials")
                .isEqualTo(installed(image.files()))
                .contains("libc6");
    }

    private static Set<String> listed(Path root) throws IOException {
        JsonNode bill = JsonMapper.shared()
                .readTree(root.resolve("opt/sluice/sbom.cdx.json").toFile());
        Set<String> names = new TreeSet<>();
        for (JsonNode component : bill.path("components")) {
            boolean isDebian = component.path("purl").asString().startsWith("pkg:deb/");
            if (isDebian) names.add(component.path("name").asString());
        }
        return names;
    }

    private static Set<String> installed(Path root) throws IOException {
        try (Stream<Path> packages = Files.list(root.resolve("var/lib/dpkg/status.d"))) {
            return packages.map(each -> each.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static Set<String> names(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static Set<String> needed(Path root, List<Elf.File> programs) throws Exception {
        Set<String> needed = new TreeSet<>();
        for (Elf.File program : programs) {
            List<String> words = List.of("readelf", "--dynamic", "--wide", program.name());
            String output =
                    Command.run(root, Duration.ofMinutes(1), Map.of(), words).out();
            NEEDED.matcher(output).results().forEach(each -> needed.add(each.group(1)));
        }
        return needed;
    }
}
