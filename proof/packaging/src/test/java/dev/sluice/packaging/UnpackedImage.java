package dev.sluice.packaging;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The image of an architecture, unpacked by programs of others.
final class UnpackedImage {
    private static final Duration TIME_MAX = Duration.ofMinutes(5);

    private final Path folder;

    private UnpackedImage(Path folder) {
        this.folder = folder;
    }

    /// @param folder an empty one, which takes the image
    static UnpackedImage in(Path folder, String architecture) throws Exception {
        Path archive = Packages.build("image").resolve("sluice-" + Packages.VERSION + "-image.tar");
        var image = new UnpackedImage(folder);
        String from = "oci-archive:" + archive;
        image.output(
                "skopeo", "--insecure-policy", "--override-arch", architecture, "copy", from, "oci:" + image.layout());
        image.output(
                "umoci",
                "unpack",
                "--image",
                image.layout(),
                folder.resolve("bundle").toString());
        return image;
    }

    /// As skopeo and umoci name it.
    private String layout() {
        return folder.resolve("layout") + ":hub";
    }

    /// The files.
    Path files() {
        return folder.resolve("bundle/rootfs");
    }

    /// The files as the image wants programs run in them.
    Root root() throws Exception {
        List<String> options = new ArrayList<>(List.of("--user", configured(".Config.User")));
        options.addAll(List.of("--folder", configured(".Config.WorkingDir")));
        for (String variable : environment()) options.addAll(List.of("--env", variable));
        return new Root(files(), options);
    }

    List<String> environment() throws Exception {
        return configured("range .Config.Env}}{{println .}}{{end").lines().toList();
    }

    /// What a container starts by default.
    String[] command() throws Exception {
        return configured("range .Config.Entrypoint}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end")
                .lines()
                .toArray(String[]::new);
    }

    /// A part of the image's configuration, by a template of Go.
    String configured(String template) throws Exception {
        return output("skopeo", "inspect", "--config", "--format", "{{" + template + "}}", "oci:" + layout())
                .strip();
    }

    private String output(String... words) throws Exception {
        Command.Ended ended = Command.run(folder, TIME_MAX, Map.of(), List.of(words));
        if (ended.exitCode() != 0) throw new AssertionError(String.join(" ", words) + ": " + ended.err());
        return ended.out();
    }
}
