package dev.sluice.spring.listener;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceHub;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/// Finds methods with [SluiceListener], starts their subscriptions with the application's context, or later with
/// a bean that is initialized lazily, and stops them within three seconds.
public final class ListenerRegistry implements BeanPostProcessor, SmartInitializingSingleton, SmartLifecycle {
    /// Methods that take longer are interrupted.
    private static final long STOP_NS_MAX = TimeUnit.MILLISECONDS.toNanos(2500);

    /// Stops after the web server, whose requests may still publish, and before its hub.
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private record Found(String name, Object bean, Method method, SluiceListener listener) {}

    private final ConfigurableBeanFactory beans;
    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final List<ListenerContainer> containers = new CopyOnWriteArrayList<>();

    /// The bean and the method by the listener's id: a store keeps one cursor under it.
    private final Map<String, String> owners = new ConcurrentHashMap<>();

    /// The methods that were found before all beans exist; null afterwards.
    private @Nullable List<Found> early = new ArrayList<>();

    private volatile boolean isRunning;

    public ListenerRegistry(ConfigurableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        var type = AopUtils.getTargetClass(bean);
        if (withoutListeners.contains(type)) return bean;
        var methods = listeners(type);
        if (methods.isEmpty()) withoutListeners.add(type);
        else if (beans.containsBean(name) && !beans.isSingleton(name)) {
            throw new IllegalStateException("@SluiceListener must be on a method of a singleton: " + name);
        }
        var found = new ArrayList<Found>();
        methods.forEach((method, listener) ->
                found.add(new Found(name, bean, AopUtils.selectInvocableMethod(method, bean.getClass()), listener)));
        if (!found.isEmpty()) add(name, found);
        return bean;
    }

    /// Whether beans of this class have methods with [SluiceListener].
    public static boolean hasListeners(Class<?> type) {
        return !listeners(ClassUtils.getUserClass(type)).isEmpty();
    }

    private static Map<Method, SluiceListener> listeners(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, SluiceListener.class)
                ? MethodIntrospector.selectMethods(type, ListenerRegistry::listener)
                : Map.of();
    }

    private static @Nullable SluiceListener listener(Method method) {
        return AnnotatedElementUtils.findMergedAnnotation(method, SluiceListener.class);
    }

    /// Adds the methods once their bean exists: its creation may still fail, and another object may follow.
    private void add(String name, List<Found> found) {
        if (isEarly(List.of())) {
            whenCreated(name, () -> {
                if (!isEarly(found)) found.forEach(each -> add(container(each)));
            });
        } else {
            var added = found.stream().map(this::container).toList(); // A mistake must fail the creation.
            whenCreated(name, () -> added.forEach(this::add));
        }
    }

    private void whenCreated(String name, Runnable task) {
        // The product of a factory is made after the singleton of its name, and an inner bean is none.
        if (!beans.isCurrentlyInCreation(name) || beans.containsSingleton(name)) task.run();
        else beans.addSingletonCallback(name, _ -> task.run());
    }

    private void add(ListenerContainer container) {
        containers.add(container);
        if (isRunning) container.startOrRetry();
    }

    /// Keeps the methods if not all beans exist yet.
    private synchronized boolean isEarly(List<Found> found) {
        if (early != null) early.addAll(found);
        return early != null;
    }

    private synchronized List<Found> takeEarly() {
        var taken = Objects.requireNonNullElse(early, List.<Found>of());
        early = null;
        return taken;
    }

    /// Makes the subscriptions now, because a method or an annotation with a mistake must fail the start.
    @Override
    public void afterSingletonsInstantiated() {
        for (var found : takeEarly()) containers.add(container(found));
    }

    private ListenerContainer container(Found found) {
        var json = orElse(beans.getBeanProvider(JsonMapper.class), new JsonMapper());
        return new ListenerContainer(
                id(found),
                selection(found),
                new ListenerMethod(found.bean, found.method, json),
                beans.getBean(SluiceHub.class),
                orElse(beans.getBeanProvider(SluiceErrorHandler.class), new RetryThenSkip()),
                beans.getBeanProvider(SluiceCursorStore.class).getIfAvailable(),
                ListenerContainer.PAUSE);
    }

    private String id(Found found) {
        var id = found.listener.id().isEmpty() ? found.name + "." + found.method.getName() : found.listener.id();
        var owner = found.name + ", " + found.method;
        var other = owners.putIfAbsent(id, owner);
        if (other != null && !other.equals(owner)) { // Equal if the bean's creation has failed before.
            throw new IllegalStateException("Two methods with @SluiceListener have the id '" + id + "': (" + other
                    + ") and (" + owner + "). Give each an id of its own.");
        }
        return id;
    }

    private static <T> T orElse(ObjectProvider<T> provider, T other) {
        return provider.getIfAvailable(() -> other);
    }

    private Selection selection(Found method) {
        var listener = method.listener;
        try {
            return new Selection(
                    Arrays.stream(listener.channels()).map(this::resolved).toList(),
                    Selection.Start.of(resolved(listener.from())),
                    Arrays.stream(listener.types()).map(this::resolved).toList());
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException("@SluiceListener " + method.method + ": " + reason.getMessage(), reason);
        }
    }

    private String resolved(String text) {
        return Objects.requireNonNullElse(beans.resolveEmbeddedValue(text), "");
    }

    @Override
    public void start() {
        isRunning = true;
        containers.forEach(ListenerContainer::start);
    }

    @Override
    public void stop() {
        isRunning = false;
        containers.forEach(ListenerContainer::beginStop);
        long deadlineNs = System.nanoTime() + STOP_NS_MAX;
        for (var container : containers) {
            try {
                container.stop(deadlineNs);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
