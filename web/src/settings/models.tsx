// Which networks look at pictures here.
import type { ModelList } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { useAnswer } from '../ui/answer';
import { Trouble } from '../ui/notice';
import { say } from './words';

export function Models() {
  const { value, trouble, again } = useAnswer<ModelList>('/api/models');
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('modelsHelp')}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{say('analyser')}</th>
            <th scope="col">{say('licence')}</th>
            <th scope="col">MB</th>
            <th scope="col">{say('state')}</th>
          </tr>
        </thead>
        <tbody>
          {value.models.map((model) => (
            <tr class={model.present ? '' : 'off'}>
              <th scope="row">
                {model.name} <span class="quiet">{model.version}</span>
              </th>
              <td>{model.analyser}</td>
              <td>{model.licence}</td>
              <td class="figure">{model.present ? number(Math.round(model.bytes / 1e5) / 10) : ''}</td>
              <td>{say(model.present ? 'inPlace' : 'missing')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
