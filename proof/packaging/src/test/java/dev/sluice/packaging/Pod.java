package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A pod of a StatefulSet, run by hand as the kubelet does from its objects alone: its variables, arguments,
/// volumes, probes and hooks, its user and groups, a root folder that can't be written to, and a new address
/// at each start. In place of the image, its root has the system's programs and a program home at
/// `/opt/sluice`.
final class Pod {
    static final String NAMESPACE = "push";

    /// The user of the image, which no other part of these tests has.
    private static final String USER = "65532";

    private static final long POLL_NS = 200_000_000;

    /// How much slower a machine with other tests may be than one for which the grace period is.
    private static final long SLOWNESS = 5;

    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

    /// Makes the root folder $1 of a pod and starts a program there. `mounts` follows, then the program.
    private static final String START = """
            root=$1 name=$2 home=$3 hosts=$4 groups=$5
            shift 5
            hostname "$name"
            mount -t tmpfs -o mode=755 root "$root"
            for each in bin sbin lib lib64; do ln -s "usr/$each" "$root/$each"; done
            mkdir -p "$root/usr" "$root/dev" "$root/proc" "$root/etc" "$root/opt/sluice"
            touch "$root/etc/hosts"
            echo 'hosts: files' >"$root/etc/nsswitch.conf"
            mount --rbind /dev "$root/dev"
            mount -t proc proc "$root/proc"
            read_only() { mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"; }
            read_only /usr "$root/usr"
            read_only "$home" "$root/opt/sluice"
            read_only "$hosts" "$root/etc/hosts"
            while [ "$1" != -- ]; do
                mkdir -p "$root/$2"
                case $3 in
                    tmp) mount -t tmpfs -o noexec,nosuid,mode=1777 tmp "$root/$2" ;;
                    ro) read_only "$1" "$root/$2" ;;
                    rw) mount --bind "$1" "$root/$2" ;;
                esac
                shift 3
            done
            shift
            mount -o remount,ro "$root"
            exec chroot "$root" setpriv --reuid USER --regid 0 --groups "$groups" --no-new-privs --bounding-set=-all \
                --inh-caps=-all env -i PATH=/usr/bin:/bin "$@"
            """.replace("USER", USER);

    private final PodNetwork network;
    private final String name;
    private final Path folder;
    private final Map<String, Map<String, String>> secrets;
    private KubernetesObjects objects;
    private int number;
    private Process process;

    /// @param folder  for the pod's volumes
    /// @param secrets the files of each secret
    Pod(
            PodNetwork network,
            String name,
            Path folder,
            KubernetesObjects objects,
            Map<String, Map<String, String>> secrets)
            throws IOException {
        this.network = network;
        this.name = name;
        this.folder = Files.createDirectories(folder);
        this.objects = objects;
        this.secrets = secrets;
        Files.createDirectories(folder.resolve("root"));
        Files.createFile(folder.resolve("hosts"));
    }

    /// The objects from which the pod is started next.
    void update(KubernetesObjects changed) {
        objects = changed;
    }

    String name() {
        return name;
    }

    /// The name that the service of the pods gives it.
    String fullName() {
        return name + "." + set().getSpec().getServiceName() + "." + NAMESPACE + ".svc.cluster.local";
    }

    String address() {
        return network.address(number);
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /// Gives the pod its next address.
    void place() throws IOException, InterruptedException {
        number = network.join();
    }

    /// Tells the pod the addresses of names, in place of a name server.
    void tell(Map<String, String> addresses) throws IOException {
        StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
        addresses.forEach((host, address) -> hosts.append(address + " " + host + "\n"));
        Files.writeString(folder.resolve("hosts"), hosts + address() + " " + fullName() + " " + name + "\n");
    }

    /// Starts the program of a home.
    void start(Path home) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("sh", "-ec", START, "sh", path("root"), name, home.toString(), path("hosts"), group()));
        for (VolumeMount each : container().getVolumeMounts()) words.addAll(mount(each));
        words.add("--");
        variables().forEach((key, value) -> words.add(key + "=" + value));
        words.add("/opt/sluice/bin/sluice"); // The image's entry point.
        words.addAll(container().getArgs());
        process = new ProcessBuilder(network.command(number, words))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private String path(String of) {
        return folder.resolve(of).toString();
    }

    private String group() {
        return spec().getSecurityContext().getFsGroup().toString();
    }

    private List<String> mount(VolumeMount mount) throws IOException, InterruptedException {
        Path volume = Files.createDirectories(folder.resolve("volumes").resolve(mount.getName()));
        String kind = Boolean.TRUE.equals(mount.getReadOnly()) ? "ro" : "rw";
        Volume source = spec().getVolumes().stream()
                .filter(each -> each.getName().equals(mount.getName()))
                .findFirst()
                .orElse(null);
        if (source == null) prepareClaim(volume);
        else if (source.getEmptyDir() != null) kind = "tmp";
        else if (source.getConfigMap() != null)
            project(volume, map(source.getConfigMap().getName()), "644");
        else {
            assertThat(secrets).containsKey(source.getSecret().getSecretName());
            project(volume, secrets.get(source.getSecret().getSecretName()), mode(source));
        }
        return List.of(volume.toString(), mount.getMountPath(), kind);
    }

    private static String mode(Volume source) {
        return Integer.toOctalString(source.getSecret().getDefaultMode());
    }

    private Map<String, String> map(String of) {
        return objects.all(ConfigMap.class).stream()
                .filter(each -> each.getMetadata().getName().equals(of))
                .findFirst()
                .orElseThrow()
                .getData();
    }

    /// A new file system on a disk has a folder that only root may read.
    private void prepareClaim(Path volume) throws IOException, InterruptedException {
        if (Files.exists(volume.resolve("lost+found"))) return;
        Files.createDirectory(volume.resolve("lost+found"));
        system("chmod", "700", volume + "/lost+found");
        system("chgrp", group(), volume.toString());
        system("chmod", "2775", volume.toString());
    }

    /// Writes files as the kubelet does: each is a link through `..data`, which is replaced in one step.
    private void project(Path volume, Map<String, String> files, String mode) throws IOException, InterruptedException {
        Path next = Files.createTempDirectory(volume, "..files");
        for (var each : files.entrySet()) {
            Path file = Files.writeString(next.resolve(each.getKey()), each.getValue());
            system("chmod", mode, file.toString());
            Path link = volume.resolve(each.getKey());
            if (!Files.isSymbolicLink(link)) Files.createSymbolicLink(link, Path.of("..data", each.getKey()));
        }
        system("chmod", "755", next.toString());
        system("chgrp", "-R", group(), next.toString());
        Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), next.getFileName());
        Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void system(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", words)).isZero();
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (EnvVar each : container().getEnv()) {
            String value = each.getValue();
            if (value == null) {
                value = switch (each.getValueFrom().getFieldRef().getFieldPath()) {
                    case "metadata.name" -> name;
                    case "metadata.namespace" -> NAMESPACE;
                    default -> throw new AssertionError("not known here: " + each);
                };
            }
            variables.put(
                    each.getName(),
                    REFERENCE
                            .matcher(value)
                            .replaceAll(reference -> Matcher.quoteReplacement(
                                    variables.getOrDefault(reference.group(1), reference.group()))));
        }
        return variables;
    }

    boolean isReady() throws IOException, InterruptedException {
        return probe(container().getReadinessProbe().getHttpGet()).endsWith("200");
    }

    boolean isLive() throws IOException, InterruptedException {
        return probe(container().getLivenessProbe().getHttpGet()).endsWith("200");
    }

    /// What it answers to the probe for readiness.
    String readiness() throws IOException, InterruptedException {
        return probe(container().getReadinessProbe().getHttpGet());
    }

    /// Asks as a probe does, by the pod's address.
    ///
    /// @return the answer and its status, 000 without an answer
    private String probe(HTTPGetAction action) throws IOException, InterruptedException {
        int port = container().getPorts().stream()
                .filter(each -> each.getName().equals(action.getPort().getStrVal()))
                .findFirst()
                .orElseThrow()
                .getContainerPort();
        String host = address().contains(":") ? "[" + address() + "]" : address();
        String uri = "http://" + host + ":" + port + action.getPath();
        List<String> curl = List.of("curl", "-s", "-g", "-w", "%{http_code}", "-m", "3", uri);
        return Command.run(folder, Duration.ofSeconds(30), Map.of(), network.command(curl))
                .out();
    }

    /// Waits until the pod is ready.
    ///
    /// @return the time since this call
    Duration awaitReady(Duration timeMax) throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        while (!isReady()) {
            Duration since = Duration.ofNanos(System.nanoTime() - beganNs);
            if (!process.isAlive() || since.compareTo(timeMax) > 0) {
                throw new AssertionError(name + (process.isAlive() ? " is not ready: " : " has ended: ") + log());
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    /// Ends the pod as it is ended for an update.
    ///
    /// @return the exit code
    int terminate() throws IOException, InterruptedException {
        Thread.sleep(Duration.ofSeconds(
                container().getLifecycle().getPreStop().getSleep().getSeconds()));
        process.destroy();
        if (!process.waitFor(SLOWNESS * spec().getTerminationGracePeriodSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " did not end after SIGTERM: " + log());
        }
        return process.exitValue();
    }

    /// Ends the process at once.
    void kill() {
        if (process != null) process.destroyForcibly();
    }

    /// The end of its output.
    String log() throws IOException {
        Path log = folder.resolve("log");
        if (!Files.exists(log)) return "";
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    private StatefulSet set() {
        return objects.only(StatefulSet.class);
    }

    private PodSpec spec() {
        return set().getSpec().getTemplate().getSpec();
    }

    private Container container() {
        return spec().getContainers().getFirst();
    }
}
