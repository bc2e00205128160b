package dev.fathom.config;

/** A setting that keeps the service from starting. The message names the property and what to set it to. */
public class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}
