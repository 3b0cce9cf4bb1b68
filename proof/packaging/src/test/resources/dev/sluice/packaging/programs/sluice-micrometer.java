import dev.sluice.Sluice;
import dev.sluice.micrometer.SluiceMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/// Prints a meter of a hub in the program.
final class Main {
    public static void main(String[] arguments) {
        try (Sluice sluice = Sluice.inMemory().port(0).start()) {
            sluice.channel("news").publish("hello");
            var registry = new SimpleMeterRegistry();
            new SluiceMeters(sluice).bindTo(registry);
            System.out.println(registry.get("sluice.published.events").functionCounter().count());
        }
    }
}
