import { Command, CommanderError, Option } from 'commander'
import { runCheck } from './commands/check.ts'
import { runDemo } from './commands/demo.ts'
import { runExplain } from './commands/explain.ts'
import { runServe } from './commands/serve.ts'
import { runWebhook } from './commands/webhook.ts'
import { exitStatus } from './exit-status.ts'
import type { OptionTable } from './options/option-definition.ts'
import { explainOptions, outputOptions, serveOptions, sourceOptions } from './options/option-table.ts'
import { webhookOptions } from './options/webhook-options.ts'
import { environmentName, type OptionSources, resolveOptions } from './options/resolve-options.ts'
import { UsageError } from './options/usage-error.ts'

const serveTable = { ...sourceOptions, ...serveOptions }
const checkTable = { ...sourceOptions, ...outputOptions }
const explainTable = { ...sourceOptions, ...explainOptions }
const knownOptions: ReadonlySet<string> = new Set(Object.keys({ ...serveTable, ...explainTable, ...webhookOptions }))

/** Runs one command line and resolves with its exit status. Never throws for what a user can get wrong. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  let status: number = exitStatus.ok
  const sources = (command: Command): OptionSources => {
    const { config, ...flags } = byLongName(command)
    const file = config ?? environment['INGRESSKIT_CONFIG']
    return { flags, environment, ...(typeof file === 'string' && file !== '' ? { file } : {}) }
  }
  const program = new Command('ingresskit')
    .description('Kubernetes Ingress for Node.js: carries HTTP and HTTPS traffic to pods as Ingress objects say.')
    .helpCommand(false)
    .exitOverride()
    .addHelpText('after', programExamples)

  addOptions(program.command('serve'), serveTable)
    .description('run the controller until SIGTERM or SIGINT, then drain')
    .addHelpText('after', serveExamples)
    .action(async (_options: unknown, command: Command) => {
      status = await runServe(resolveOptions(serveTable, knownOptions, sources(command)))
    })
  addOptions(program.command('check'), checkTable)
    .description('compile manifests or a live cluster and report every problem and conflict')
    .addHelpText('after', checkExamples)
    .action(async (_options: unknown, command: Command) => {
      status = await runCheck(resolveOptions(checkTable, knownOptions, sources(command)))
    })
  addOptions(program.command('explain').argument('<method>').argument('<url>'), explainTable)
    .description('say which rule, Service and endpoint a request would get, and why each other candidate lost')
    .addHelpText('after', explainExamples)
    .action(async (...parameters: readonly unknown[]) => {
      const [method, url] = parameters.map(String)
      const command = parameters.at(-1) as Command
      status = await runExplain(
        { method: method ?? '', url: url ?? '' },
        resolveOptions(explainTable, knownOptions, sources(command)),
      )
    })
  addOptions(program.command('webhook'), webhookOptions)
    .description('answer the API server whether an Ingress is well-formed, before it is stored')
    .addHelpText('after', webhookExamples)
    .action(async (_options: unknown, command: Command) => {
      status = await runWebhook(resolveOptions(webhookOptions, knownOptions, sources(command)))
    })
  addOptions(program.command('demo'), serveTable)
    .description('serve a bundled example, with echo backends that stand for its pods')
    .addHelpText('after', demoExamples)
    .action(async (_options: unknown, command: Command) => {
      status = await runDemo(resolveOptions(serveTable, knownOptions, sources(command)))
    })

  try {
    if (args.length === 0) {
      program.outputHelp({ error: true })
      return exitStatus.usage
    }
    await program.parseAsync(args, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n`)
      return exitStatus.usage
    }
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    return exitStatus.failed
  }
}

function addOptions(command: Command, table: OptionTable): Command {
  command.exitOverride().option('--config <PATH>', 'YAML file of options, named as here without the dashes')
  for (const [name, { shape, value, help }] of Object.entries(table)) {
    const flags = shape === 'switch' ? `--${name} [true|false]` : `--${name} <${value}>`
    const option = new Option(flags, `${help} [${environmentName(name)}]`)
    if (shape === 'list')
      option.argParser((item: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        ...splitUnlessHeader(name, item),
      ])
    command.addOption(option)
  }
  return command
}

function splitUnlessHeader(option: string, item: string): readonly string[] {
  return option === 'header' ? [item] : item.split(',').map(part => part.trim())
}

/** Commander keeps options by camelCase attribute; the tables know them by their long name. */
function byLongName(command: Command): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName())
    if (value !== undefined) values[option.long?.slice(2) ?? ''] = value
  }
  return values
}

const programExamples = `
Examples:
  $ ingresskit demo                                     a site with three pods, no cluster needed
  $ ingresskit serve --manifests ./k8s                  serve Ingresses from YAML files
  $ ingresskit serve                                    serve the Ingresses of the cluster
  $ ingresskit check --manifests ./k8s                  what is wrong with them
  $ ingresskit explain GET http://shop.example/cart --manifests ./k8s`

const serveExamples = `
Examples:
  $ ingresskit serve --manifests ./k8s --http-port 8080
  $ INGRESSKIT_HTTP_PORT=80 ingresskit serve --kubeconfig ~/.kube/config
  $ ingresskit serve --config ingresskit.yaml`

const demoExamples = `
Examples:
  $ ingresskit demo
  $ ingresskit demo --http-port 9080 --https-port 9443
  $ ingresskit demo --manifests ./k8s     Deployments there become echo backends`

const webhookExamples = `
Examples:
  $ ingresskit webhook --service ingresskit/ingresskit-webhook --webhook-configuration ingresskit
  $ ingresskit webhook --service ingresskit/ingresskit-webhook --tls-cert-file tls.crt --tls-key-file tls.key`

const checkExamples = `
Examples:
  $ ingresskit check --manifests ./k8s
  $ ingresskit check --output json | jq '.[].message'

Exit status: 0 without errors, 1 with errors.`

const explainExamples = `
Examples:
  $ ingresskit explain GET http://shop.example/cart --manifests ./k8s
  $ ingresskit explain GET https://shop.example/ --header 'Cookie: session=1' --output json

Exit status: 0 when the request is routed, 3 when it is not.`
