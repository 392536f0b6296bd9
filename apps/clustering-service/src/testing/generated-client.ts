import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const FOLDER = import.meta.dirname;

/** The types of a service's client, generated from its OpenAPI document, and what the compiler says of programs that are written with them. */
export class GeneratedClient {
  private constructor(private readonly types: string) {}

  static async of(document: string): Promise<GeneratedClient> {
    return new GeneratedClient(astToString(await openapiTS(document)));
  }

  /** What the compiler finds wrong with a program that imports `paths` from `./paths.js`; nothing where it may run. */
  problems(program: string): string[] {
    const sources = new Map([
      [join(FOLDER, 'paths.ts'), this.types],
      [join(FOLDER, 'program.ts'), program],
    ]);
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: [],
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = file => sources.has(file) || fileExists(file);
    host.readFile = file => sources.get(file) ?? readFile(file);
    host.getSourceFile = (file, ...rest) => {
      const text = sources.get(file);
      return text === undefined
        ? getSourceFile(file, ...rest)
        : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
    };
    const compiled = ts.createProgram([join(FOLDER, 'program.ts')], options, host);
    return ts
      .getPreEmitDiagnostics(compiled)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }

  /** What a program exports, its types stripped. It imports types only. */
  static run(program: string): Promise<unknown> {
    const { outputText } = ts.transpileModule(program, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  }
}
