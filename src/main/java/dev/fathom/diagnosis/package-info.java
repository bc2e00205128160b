/**
 * What an operator would look for in a group, with the numbers it rests on: {@code progress} says what is the matter on each
 * partition, {@code lag} how things are now, and {@link dev.fathom.diagnosis.Findings} puts both together;
 * {@link dev.fathom.diagnosis.Scale} makes of both a number of members. Pure;
 * only {@link dev.fathom.diagnosis.BrokerFindings} asks, a little more of a group that is diagnosed.
 */
package dev.fathom.diagnosis;
