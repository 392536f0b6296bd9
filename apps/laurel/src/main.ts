import { Command } from 'commander';
import { accessCommand } from './commands/access.js';
import { audiencesCommand } from './commands/audiences.js';
import { auditCommand } from './commands/audit.js';
import { backfillCommand } from './commands/backfill.js';
import { deadlettersCommand } from './commands/deadletters.js';
import { doctorCommand } from './commands/doctor.js';
import { eraseCommand } from './commands/erase.js';
import { churnCommand } from './commands/churn.js';
import { demandCommand } from './commands/demand.js';
import { evaluateCommand } from './commands/evaluate.js';
import { importCommand } from './commands/import.js';
import { initCommand } from './commands/init.js';
import { modelsCommand } from './commands/models.js';
import { recommendationsCommand } from './commands/recommendations.js';
import { serveCommand } from './commands/serve.js';
import { startCommand } from './commands/start.js';
import { statusCommand } from './commands/status.js';
import { tiersCommand } from './commands/tiers.js';
import { trainCommand } from './commands/train.js';
import { tuneCommand } from './commands/tune.js';

const program = new Command('laurel')
  .description('Recommendations and loyalty tiers for shops that run on MongoDB')
  .showHelpAfterError('(laurel --help lists what is allowed)')
  .configureHelp({ showGlobalOptions: true });

for (const command of [
  startCommand(),
  serveCommand(),
  statusCommand(),
  doctorCommand(),
  initCommand(),
  importCommand(),
  trainCommand(),
  tuneCommand(),
  evaluateCommand(),
  churnCommand(),
  demandCommand(),
  modelsCommand(),
  tiersCommand(),
  recommendationsCommand(),
  audiencesCommand(),
  auditCommand(),
  eraseCommand(),
  accessCommand(),
  deadlettersCommand(),
  backfillCommand(),
]) {
  program.addCommand(command);
}

await program.parseAsync();
