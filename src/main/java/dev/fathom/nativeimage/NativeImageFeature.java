package dev.fathom.nativeimage;

import java.util.Locale;
import java.util.stream.Stream;
import org.graalvm.nativeimage.hosted.Feature;
import org.graalvm.nativeimage.hosted.RuntimeClassInitialization;
import org.graalvm.nativeimage.hosted.RuntimeJNIAccess;
import org.graalvm.nativeimage.hosted.RuntimeReflection;
import org.graalvm.nativeimage.hosted.RuntimeResourceAccess;

/** Runs in the native image builder. Each part says why it is there and which test fails in a native run without it. */
public final class NativeImageFeature implements Feature {

    private static final String ZSTD = "com.github.luben.zstd";
    private static final String SNAPPY = "org.xerial.snappy";

    @Override
    public String getDescription() {
        return "What Fathom uses by reflection and through JNI";
    }

    /** Their static initialisers load their libraries, which has to be done by the process that calls them. */
    @Override
    public void duringSetup(DuringSetupAccess access) {
        RuntimeClassInitialization.initializeAtRunTime(ZSTD, SNAPPY);
    }

    @Override
    public void beforeAnalysis(BeforeAnalysisAccess access) {
        caches(access);
        snappy(access);
        zstd(access);
    }

    /**
     * Caffeine makes a class for each combination of settings and finds its constructor by name; Quarkus registers the common
     * ones, and not that of weak values without a bound ({@code Conductor}'s locks). Without: every move in {@code ResetsIT}
     * and every consumer in {@code RunningConsumersIT}.
     */
    private static void caches(BeforeAnalysisAccess access) {
        Stream.of("SI", "PW")
                .map(name -> classOf(access, "com.github.benmanes.caffeine.cache." + name))
                .forEach(cache -> {
                    RuntimeReflection.register(cache);
                    RuntimeReflection.register(cache.getDeclaredConstructors());
                    RuntimeReflection.register(cache.getDeclaredFields());
                });
    }

    /**
     * The library, which snappy-java writes to a file of its own for each process before it loads it, and what the library
     * calls back. Quarkus' own switch writes it to one name for all processes (ADR 5). Without: {@code ToKafkaIT}.
     */
    private static void snappy(BeforeAnalysisAccess access) {
        Class<?> calls = classOf(access, SNAPPY + ".SnappyNative");
        RuntimeJNIAccess.register(calls);
        RuntimeJNIAccess.register(calls.getDeclaredMethods());
        RuntimeJNIAccess.register(calls.getDeclaredConstructors());
        Class<?> stream = classOf(access, SNAPPY + ".SnappyInputStream");
        resource(stream, "org/xerial/snappy/native/Linux/" + (arm() ? "aarch64" : "x86_64") + "/libsnappyjava.so");
        resource(stream, "org/xerial/snappy/VERSION");
    }

    /** The library, and the fields it keeps its place in. Without: {@code ToKafkaIT}. */
    private static void zstd(BeforeAnalysisAccess access) {
        Stream.of("ZstdInputStreamNoFinalizer", "ZstdOutputStreamNoFinalizer")
                .map(name -> classOf(access, ZSTD + "." + name))
                .forEach(stream -> {
                    RuntimeJNIAccess.register(stream);
                    RuntimeJNIAccess.register(stream.getDeclaredFields());
                });
        Class<?> library = classOf(access, ZSTD + ".util.ZstdVersion");
        try {
            Object version = library.getField("VERSION").get(null);
            resource(library, "linux/" + (arm() ? "aarch64" : "amd64") + "/libzstd-jni-" + version + ".so");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("zstd-jni does not tell its version any more", e);
        }
    }

    private static boolean arm() {
        return System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64");
    }

    private static void resource(Class<?> owner, String path) {
        if (owner.getClassLoader().getResource(path) == null) {
            throw new IllegalStateException("not on the class path: " + path);
        }
        RuntimeResourceAccess.addResource(owner.getModule(), path);
    }

    private static Class<?> classOf(BeforeAnalysisAccess access, String name) {
        Class<?> found = access.findClassByName(name);
        if (found == null) {
            throw new IllegalStateException("not on the class path: " + name);
        }
        return found;
    }
}
