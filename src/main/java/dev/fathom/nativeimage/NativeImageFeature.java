package dev.fathom.nativeimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
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
    private static final Pattern CAFFEINES =
            Pattern.compile("com\\.github\\.benmanes\\.caffeine\\.cache\\.(SS[A-Z]*|PS[A-Z]*|SI|PW)");

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
        tokens(access);
        records(access);
    }

    /**
     * Caffeine has a class for each combination of settings, of caches as of their entries, and finds its constructor by name;
     * Quarkus registers the common ones. All with strong keys and values are registered here, so that a cache may be given any
     * other setting, and the one without a bound whose values are weak (the locks of {@code ChangeRunner}). Without: nothing
     * starts.
     */
    private static void caches(BeforeAnalysisAccess access) {
        classes(access, CAFFEINES.asMatchPredicate()).forEach(cache -> {
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

    /** What fetches and looks at tokens for SASL/OAUTHBEARER, which the client makes by name. Without: {@code ToKafkaIT}. */
    private static void tokens(BeforeAnalysisAccess access) {
        Stream.of(
                        "OAuthBearerLoginCallbackHandler",
                        "DefaultJwtRetriever",
                        "DefaultJwtValidator",
                        "ClientCredentialsJwtRetriever",
                        "JwtBearerJwtRetriever",
                        "FileJwtRetriever",
                        "ClientJwtValidator")
                .map(name -> classOf(access, "org.apache.kafka.common.security.oauthbearer." + name))
                .forEach(made -> {
                    RuntimeReflection.register(made);
                    RuntimeReflection.register(made.getDeclaredConstructors());
                });
    }

    /**
     * Every record of the service: Jackson reads and writes them, also where Quarkus does not see it from the signature of a
     * resource's method, as for rows of CSV and what is stored in topics. Without: {@code ResetsAgainstKafkaToolsIT}.
     */
    private static void records(BeforeAnalysisAccess access) {
        classes(access, name -> name.startsWith("dev.fathom."))
                .filter(Class::isRecord)
                .forEach(found -> {
                    RuntimeReflection.register(found);
                    RuntimeReflection.register(found.getDeclaredConstructors());
                    RuntimeReflection.register(found.getDeclaredMethods());
                    RuntimeReflection.register(found.getDeclaredFields());
                });
    }

    private static Stream<Class<?>> classes(BeforeAnalysisAccess access, Predicate<String> wanted) {
        return access.getApplicationClassPath().stream()
                .filter(Files::isRegularFile)
                .flatMap(jar -> namesIn(jar).stream())
                .filter(name -> name.endsWith(".class"))
                .map(name ->
                        name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                .filter(wanted)
                .map(name -> classOf(access, name));
    }

    private static List<String> namesIn(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
