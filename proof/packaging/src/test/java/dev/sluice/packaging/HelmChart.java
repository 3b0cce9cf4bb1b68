package dev.sluice.packaging;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.Map;

/// The chart, rendered by the library of Helm itself.
final class HelmChart {
    static final Path FOLDER = Command.PROJECT.resolve("packaging/helm/sluice");

    /// The oldest version that the chart takes.
    private static final String KUBERNETES = "1.30.0";

    private HelmChart() {}

    static String render(Path chart, String release, Map<String, String> values) {
        TemplateCommand template = new Helm(chart)
                .template()
                .withName(release)
                .withNamespace("push")
                .withKubeVersion(KUBERNETES);
        values.forEach(template::set);
        return template.call();
    }

    static KubernetesObjects rendered(String release, Map<String, String> values) {
        return KubernetesObjects.read(render(FOLDER, release, values));
    }
}
