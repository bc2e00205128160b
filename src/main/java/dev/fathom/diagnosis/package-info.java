/**
 * What an operator would look for in a group, with the numbers it rests on: {@code progress} says what is the matter on each
 * partition, {@code lag} how things are now, and {@link dev.fathom.diagnosis.Findings} puts both together. Pure; asks nothing.
 */
package dev.fathom.diagnosis;
