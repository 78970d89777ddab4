import type { PgNotice } from '../../errors/index.ts';
import { formatAt, noticeResponse, rowDescription, writeField } from '../codec/index.ts';
import type { Column, Format, Portal, RowSink, Value } from '../handler.ts';
import type { ClientOutput } from './client-output.ts';
import type { ReportedParameters } from './reported-parameters.ts';

/** Results on their way to the client. In the extended protocol the columns are known beforehand and not described again. */
export class ClientSink implements RowSink {
  readonly #output: ClientOutput;
  readonly #parameters: ReportedParameters;
  readonly #described: boolean;
  readonly #formats: readonly Format[];
  #columns: readonly Column[];

  constructor(output: ClientOutput, parameters: ReportedParameters, portal?: Portal) {
    this.#output = output;
    this.#parameters = parameters;
    this.#described = portal !== undefined;
    this.#columns = portal?.columns ?? [];
    this.#formats = portal?.resultFormats ?? [];
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
    if (!this.#described) rowDescription(this.#output.writer, columns, []);
  }

  row(values: readonly Value[]): Promise<void> | undefined {
    const out = this.#output.writer;
    out.begin('D').uint16(values.length);
    try {
      for (let index = 0; index < values.length; index += 1) {
        const type = this.#columns[index]?.type ?? 0;
        writeField(out, values[index] ?? null, type, formatAt(this.#formats, index));
      }
    } catch (error) {
      out.abandon();
      throw error;
    }
    out.end();
    return this.#output.room();
  }

  message(bytes: Uint8Array): Promise<void> | undefined {
    this.#output.passOn(bytes);
    return this.#output.room();
  }

  notice(notice: PgNotice): void {
    noticeResponse(this.#output.writer, notice);
  }

  parameter(name: string, value: string): void {
    this.#parameters.change(name, value);
  }
}
